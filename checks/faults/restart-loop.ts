import { ofContainers } from "./kind.ts";

/** Seconds between two restarts: long enough to look alive each time. */
const EVERY = 5;

export const restartLoop = ofContainers("restart-loop", `killed and started again every ${EVERY} s`, (them) => ({
  inject: `processes note ${them}\nin-loop ${EVERY} "docker restart -t 0 ${them}"`,
  injected: `processes newer ${them}`,
  heal: `in-loop --end\nprocesses raise ${them}`,
  healed: `[ ! -e "$FAULT/loop" ] && processes risen ${them}`,
}));
