import { ofContainers, parameter, type Script } from "./kind.ts";

export const cpu = ofContainers("cpu", "hardly any processor time (with: cpus, of one core)", (them, targets) => {
  const cpus = Number(parameter(targets, "cpus", /^\d(\.\d+)?$/, "0.05"));
  // Less is refused by the kernel: a hundredth of a core is its least share.
  return starved(them, `cpu ${Math.max(1, Math.round(cpus * 100))}`);
});

export const memory = ofContainers(
  "memory",
  "no memory beyond what it has plus a little (with: headroom, in MiB); the kernel may kill it",
  (them, targets) => starved(them, `memory ${parameter(targets, "headroom", /^\d+$/, "16")}`),
);

/** Again and again: a container that is restarted meanwhile is starved again. */
function starved(them: string, how: string): Script {
  return {
    inject: `starve ${how} ${them}\nin-loop 2 "starve ${how} ${them}"`,
    injected: `! starve --ended ${them}`,
    heal: `in-loop --end\nprocesses raise ${them}\nstarve --end ${them}`,
    healed: `[ ! -e "$FAULT/loop" ] && processes risen ${them} && starve --ended ${them}`,
  };
}
