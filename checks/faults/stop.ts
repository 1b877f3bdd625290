import { chrony } from "../../components/chrony/facts.ts";
import type { ServiceName } from "../../core/service.ts";
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
  script: (targets) => stopped(targets, chrony.name),
};

function stopped(targets: Targets, service?: ServiceName) {
  const them = containersOf(targets, service ?? targets.spec.service);
  return {
    inject: `docker stop -t 50 ${them}`,
    injected: `processes dead ${them}`,
    heal: `processes raise ${them}`,
    healed: `processes risen ${them}`,
  };
}
