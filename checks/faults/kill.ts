import { containers, type Kind, ofContainers, type Script } from "./kind.ts";

export const kill = ofContainers("kill", "kill -9, and it stays down", downUntilHealed);

/** Pods stay: on a real server they are the network of the machine, which comes back as it was. */
export const reboot: Kind = {
  name: "reboot",
  title: "all of a host's services die at once, and start again together",
  levels: ["node", "domain", "all"],
  script: (targets) => downUntilHealed(containers(targets)),
};

function downUntilHealed(them: string): Script {
  return {
    inject: `processes bury ${them}`,
    injected: `processes dead ${them}`,
    heal: `processes raise ${them}`,
    healed: `processes risen ${them}`,
  };
}
