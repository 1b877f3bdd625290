import { chrony } from "../../components/chrony/facts.ts";
import { containersOf, type Kind, ofContainers, type Script } from "./kind.ts";

export const stop = ofContainers("stop", "an orderly stop", stopped);

export const timeDead: Kind = {
  name: "time-dead",
  title: "the time service is stopped",
  levels: ["node", "domain", "all"],
  script: (targets) => stopped(containersOf(targets, chrony.name)),
};

function stopped(them: string): Script {
  return {
    inject: `docker stop -t 50 ${them}`,
    injected: `processes dead ${them}`,
    heal: `processes raise ${them}`,
    healed: `processes risen ${them}`,
  };
}
