import { containers, type Kind, type Script, services, type Targets } from "./kind.ts";

export const kill: Kind = {
  name: "kill",
  title: "kill -9, and it stays down",
  levels: ["node", "domain", "all"],
  services,
  wholeHost: true,
  script: downUntilHealed,
};

/** Pods stay: on a real server they are the network of the machine, which comes back as it was. */
export const reboot: Kind = {
  name: "reboot",
  title: "all of a host's services die at once, and start again together",
  levels: ["node", "domain", "all"],
  script: downUntilHealed,
};

function downUntilHealed(targets: Targets): Script {
  const them = containers(targets);
  return {
    inject: `processes bury ${them}`,
    injected: `processes dead ${them}`,
    heal: `processes raise ${them}`,
    healed: `processes risen ${them}`,
  };
}
