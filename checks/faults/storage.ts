import { consulAgent, consulServer } from "../../components/consul/facts.ts";
import { galera } from "../../components/galera/facts.ts";
import { icingaAgent, icingaMaster, icingaSatellite, redis } from "../../components/icinga/facts.ts";
import { addressOf, allContainers, containers, containersOn, type Kind, type Targets } from "./kind.ts";

/** Of the file system that takes a volume's place; a sparse file, so it costs what is in it. */
const SIZE = "2G";

/** Services that keep something on a volume. */
const stateful = [
  galera.name,
  consulServer.name,
  consulAgent.name,
  icingaMaster.name,
  redis.name,
  icingaSatellite.name,
  icingaAgent.name,
];

/** With `service` only its data loses what was not synced (and is made ready); all of the host goes down in any case. */
export const powerCut: Kind = {
  name: "power-cut",
  title: "the host loses power: all its processes die, and what was not synced to disk is gone",
  levels: ["node", "domain", "all"],
  services: stateful,
  wholeHost: true,
  otherwise: "it keeps nothing on disk",
  script(targets) {
    const all = allContainers(targets);
    const moved = containers(targets);
    return {
      ...ownFileSystems(targets),
      inject: `docker update --restart=no ${all} > /dev/null
loop-volumes cut ${moved}
processes kill ${all}`,
      injected: `processes dead ${all} && ! loop-volumes mounted ${moved}`,
      heal: `loop-volumes mounted ${moved} || { processes bury ${all}; loop-volumes mount ${moved}; }
loop-volumes mounted ${moved} && processes raise ${all}`,
      healed: `loop-volumes mounted ${moved} && processes risen ${all}`,
    };
  },
};

export const diskFull: Kind = {
  name: "disk-full",
  title: "not a block is left on the file system of its data",
  levels: ["node", "domain", "all"],
  services: stateful,
  wholeHost: true,
  otherwise: "it keeps nothing on disk",
  script(targets) {
    const them = containers(targets);
    return {
      ...ownFileSystems(targets),
      inject: `loop-volumes fill ${them}\nin-loop 2 "loop-volumes fill ${them}"`,
      injected: `loop-volumes full ${them}`,
      heal: `in-loop --end\nloop-volumes unfill ${them}\nprocesses raise ${them}`,
      healed: `[ ! -e "$FAULT/loop" ] && ! loop-volumes full ${them} && processes risen ${them}`,
    };
  },
};

/** Domain by domain, so that every cluster keeps its majority while data is moved. */
function ownFileSystems(targets: Targets): { prepare: string; restore: string } {
  const groups = Map.groupBy(targets.hosts, (host) => domainOf(targets, host));
  const each = (command: string) =>
    [...groups.values()]
      .map((hosts) => hosts.flatMap((host) => containersOn(targets, host, targets.spec.service)).join(" "))
      .map((group) => `loop-volumes ${command} ${group}`)
      .join("\n");
  return { prepare: each(`move ${SIZE}`), restore: each("restore") };
}

const domainOf = ({ inventory }: Targets, host: string): string =>
  inventory.services.find((record) => record.host === host)?.domain ?? addressOf(inventory, host);
