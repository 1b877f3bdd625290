import { bind } from "../../components/bind/facts.ts";
import { consulServer } from "../../components/consul/facts.ts";
import { galera } from "../../components/galera/facts.ts";
import { icingaAgent, icingaMaster, icingaSatellite, icingaWeb } from "../../components/icinga/facts.ts";
import { proxy } from "../../components/proxy/facts.ts";
import type { FaultSpec } from "../faults/fault.ts";
import type { Scene } from "./experiment.ts";
import { databases, hostsIn, otherDatabases, running, voting } from "./targets.ts";

/**
 * Databases and Consul servers, whose data others rely on, lose what was not fsynced; all other hosts crash at the same
 * moment. (To make every volume ready for a power cut takes minutes, and `domain-power-cut` does so for one domain.)
 */
export function powerCutOfAll(scene: Scene): FaultSpec[] {
  const nodes = databases(scene);
  const servers = running(scene, consulServer.name);
  const all = voting(scene).flatMap((domain) => hostsIn(scene, domain));
  return [
    { fault: "power-cut", hosts: nodes, service: galera.name },
    { fault: "power-cut", hosts: servers, service: consulServer.name },
    { fault: "reboot", hosts: all.filter((host) => !nodes.includes(host) && !servers.includes(host)) },
  ];
}

/**
 * One fault of each kind: more than anything is built to survive. Nothing acknowledged may be lost all the same, and all of
 * it must be healed, whatever becomes of the suite meanwhile (test/e2e/chaos.test.ts). A fault for which the environment has
 * no host is left out.
 */
export function oneOfEachKind(scene: Scene): FaultSpec[] {
  const [, second, third] = voting(scene);
  const [firstName, secondName, thirdName] = running(scene, bind.name);
  const [satellite, ...satellites] = running(scene, icingaSatellite.name);
  const [front, otherFront] = running(scene, icingaWeb.name);
  const [lost, full] = otherDatabases(scene);
  const faults: (Omit<FaultSpec, "hosts"> & { hosts: (string | undefined)[] })[] = [
    { fault: "power-cut", hosts: [lost], service: galera.name },
    { fault: "disk-full", hosts: [full], service: galera.name },
    { fault: "clock", hosts: [scene.written], service: galera.name, with: { offset: 1900 } },
    { fault: "kill", hosts: [firstName], service: bind.name },
    { fault: "dns-silent", hosts: [secondName], service: bind.name },
    { fault: "dns-wrong", hosts: [thirdName], service: bind.name },
    { fault: "pause", hosts: [front], service: icingaWeb.name },
    { fault: "stop", hosts: [otherFront], service: icingaWeb.name },
    { fault: "crash", hosts: running(scene, proxy.name), service: proxy.name },
    { fault: "restart-loop", hosts: [satellite], service: icingaSatellite.name },
    { fault: "cut-off", hosts: [satellites[0]] },
    { fault: "cut-in", hosts: [satellites[1]] },
    {
      fault: "cut-out",
      hosts: hostsIn(scene, third!).filter((host) => running(scene, icingaAgent.name).includes(host)),
    },
    { fault: "loss", hosts: [scene.writer], with: { percent: 10 } },
    {
      fault: "slow",
      hosts: running(scene, icingaMaster.name).filter((host) => host !== scene.writer),
      with: { rate: "256kbit" },
    },
    { fault: "cpu", hosts: [scene.leader], service: consulServer.name, with: { cpus: 0.05 } },
    {
      fault: "time-unreachable",
      hosts: hostsIn(scene, second!).filter((host) => databases(scene).includes(host)),
    },
  ];
  return faults
    .map(({ hosts, ...fault }) => ({ ...fault, hosts: hosts.filter((host): host is string => host !== undefined) }))
    .filter(({ hosts }) => hosts.length > 0);
}
