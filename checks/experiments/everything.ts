import type { FaultSpec } from "../faults/fault.ts";
import type { Scene } from "./experiment.ts";
import { hostsIn, others, running, voting } from "./targets.ts";

/**
 * Databases and Consul servers, whose data others rely on, lose what was not fsynced; all other hosts crash at the same
 * moment. (To make every volume ready for a power cut takes minutes, and `domain-power-cut` does so for one domain.)
 */
export function powerCutOfAll(scene: Scene): FaultSpec[] {
  const databases = running(scene, "galera");
  const servers = running(scene, "consul-server");
  const all = voting(scene).flatMap((domain) => hostsIn(scene, domain));
  return [
    { fault: "power-cut", hosts: databases, service: "galera" },
    { fault: "power-cut", hosts: servers, service: "consul-server" },
    { fault: "reboot", hosts: all.filter((host) => !databases.includes(host) && !servers.includes(host)) },
  ];
}

/**
 * One fault of each kind: more than anything is built to survive. Nothing acknowledged may be lost all the same, and all of
 * it must be healed, whatever becomes of the suite meanwhile (test/e2e/chaos.test.ts). A fault for which the environment has
 * no host is left out.
 */
export function oneOfEachKind(scene: Scene): FaultSpec[] {
  const [, second, third] = voting(scene);
  const [firstName, secondName, thirdName] = running(scene, "bind");
  const [satellite, ...satellites] = running(scene, "icinga-satellite");
  const [front, otherFront] = running(scene, "icingaweb");
  const [lost, full] = others(scene, "galera", scene.written);
  const faults: (Omit<FaultSpec, "hosts"> & { hosts: (string | undefined)[] })[] = [
    { fault: "power-cut", hosts: [lost], service: "galera" },
    { fault: "disk-full", hosts: [full], service: "galera" },
    { fault: "clock", hosts: [scene.written], service: "galera", with: { offset: 1900 } },
    { fault: "kill", hosts: [firstName], service: "bind" },
    { fault: "dns-silent", hosts: [secondName], service: "bind" },
    { fault: "dns-wrong", hosts: [thirdName], service: "bind" },
    { fault: "pause", hosts: [front], service: "icingaweb" },
    { fault: "stop", hosts: [otherFront], service: "icingaweb" },
    { fault: "crash", hosts: running(scene, "proxy"), service: "proxy" },
    { fault: "restart-loop", hosts: [satellite], service: "icinga-satellite" },
    { fault: "cut-off", hosts: [satellites[0]] },
    { fault: "cut-in", hosts: [satellites[1]] },
    {
      fault: "cut-out",
      hosts: hostsIn(scene, third!).filter((host) => running(scene, "icinga-agent").includes(host)),
    },
    { fault: "loss", hosts: [scene.writer], with: { percent: 10 } },
    {
      fault: "slow",
      hosts: running(scene, "icinga-master").filter((host) => host !== scene.writer),
      with: { rate: "256kbit" },
    },
    { fault: "cpu", hosts: [scene.leader], service: "consul-server", with: { cpus: 0.05 } },
    {
      fault: "time-unreachable",
      hosts: hostsIn(scene, second!).filter((host) => running(scene, "galera").includes(host)),
    },
  ];
  return faults
    .map(({ hosts, ...fault }) => ({ ...fault, hosts: hosts.filter((host): host is string => host !== undefined) }))
    .filter(({ hosts }) => hosts.length > 0);
}
