import { containersOf, type Kind, services, type Targets } from "./kind.ts";

export const stop: Kind = {
  name: "stop",
  title: "an orderly stop",
  levels: ["node", "domain", "all"],
  services,
  wholeHost: true,
  script: (targets) => stopped(targets),
};

export const timeDead: Kind = {
  name: "time-dead",
  title: "the time service is stopped",
  levels: ["node", "domain", "all"],
  script: (targets) => stopped(targets, "chrony"),
};

function stopped(targets: Targets, service?: string) {
  const them = containersOf(targets, service ?? targets.spec.service);
  return {
    inject: `docker stop -t 50 ${them}`,
    injected: `processes dead ${them}`,
    heal: `processes raise ${them}`,
    healed: `processes risen ${them}`,
  };
}
