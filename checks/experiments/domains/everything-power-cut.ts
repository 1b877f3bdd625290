import type { FaultSpec } from "../../faults/fault.ts";
import type { Experiment } from "../experiment.ts";
import { hostsIn, running, voting } from "../targets.ts";

/**
 * What keeps data that others rely on loses what was not fsynced; all others crash at the same moment. (To make every volume
 * ready for it takes minutes, and `domain-power-cut` does so for one domain.)
 */
export const everythingPowerCut: Experiment = {
  name: "everything-power-cut",
  title: "The power of all failure domains fails at the same moment, and comes back",
  faults: (scene): FaultSpec[] => {
    const databases = running(scene, "galera");
    const servers = running(scene, "consul-server");
    const all = voting(scene).flatMap((domain) => hostsIn(scene, domain));
    return [
      { fault: "power-cut", hosts: databases, service: "galera" },
      { fault: "power-cut", hosts: servers, service: "consul-server" },
      { fault: "reboot", hosts: all.filter((host) => !databases.includes(host) && !servers.includes(host)) },
    ];
  },
  hold: 8,
  judge: "safety",
};
