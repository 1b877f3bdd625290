import { containers, type Kind, services } from "./kind.ts";

/** Seconds between two restarts: long enough to look alive each time. */
const EVERY = 5;

export const restartLoop: Kind = {
  name: "restart-loop",
  title: `killed and started again every ${EVERY} s`,
  levels: ["node", "domain", "all"],
  services,
  wholeHost: true,
  script(targets) {
    const them = containers(targets);
    return {
      inject: `processes note ${them}\nin-loop ${EVERY} "docker restart -t 0 ${them}"`,
      injected: `processes newer ${them}`,
      heal: `in-loop --end\nprocesses raise ${them}`,
      healed: `[ ! -e "$FAULT/loop" ] && processes risen ${them}`,
    };
  },
};
