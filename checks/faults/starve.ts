import { containers, type Kind, parameter, type Script, services, type Targets } from "./kind.ts";

export const cpu: Kind = {
  name: "cpu",
  title: "hardly any processor time (with: cpus, of one core)",
  levels: ["node", "domain", "all"],
  services,
  wholeHost: true,
  script(targets) {
    const cpus = Number(parameter(targets, "cpus", /^\d(\.\d+)?$/, "0.05"));
    // Less is refused by the kernel: a hundredth of a core is its least share.
    return starved(targets, `cpu ${Math.max(1, Math.round(cpus * 100))}`);
  },
};

export const memory: Kind = {
  name: "memory",
  title: "no memory beyond what it has plus a little (with: headroom, in MiB); the kernel may kill it",
  levels: ["node", "domain", "all"],
  services,
  wholeHost: true,
  script: (targets) => starved(targets, `memory ${parameter(targets, "headroom", /^\d+$/, "16")}`),
};

/** Again and again: a container that is restarted meanwhile is starved again. */
function starved(targets: Targets, how: string): Script {
  const them = containers(targets);
  return {
    inject: `starve ${how} ${them}\nin-loop 2 "starve ${how} ${them}"`,
    injected: `! starve --ended ${them}`,
    heal: `in-loop --end\nprocesses raise ${them}\nstarve --end ${them}`,
    healed: `[ ! -e "$FAULT/loop" ] && processes risen ${them} && starve --ended ${them}`,
  };
}
