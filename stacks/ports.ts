import { checksPort } from "../components/galera/connections.ts";
import { apiPort, redisPort, webPort } from "../components/icinga/index.ts";
import type { Role } from "./settings/schema.ts";

/** A port that a service of ours takes on its host. */
export interface Listener {
  service: string;
  protocol: "tcp" | "udp";
  port: number;
}

const listener = (service: string, ports: Partial<Record<"tcp" | "udp", number[]>>): Listener[] =>
  (["tcp", "udp"] as const).flatMap((protocol) => (ports[protocol] ?? []).map((port) => ({ service, protocol, port })));

/** MariaDB with Galera: clients, checks of the same host, state transfer, replication, incremental state transfer. */
const galera = listener("MariaDB", { tcp: [3306, checksPort, 4444, 4567, 4568], udp: [4567] });
/** Galera's arbitrator: replication. */
const arbitrator = listener("Galera's arbitrator", { tcp: [4567] });
/** Every Consul: gossip within a site, HTTP, DNS. */
const consul = listener("Consul", { tcp: [8301, 8500, 8600], udp: [8301, 8600] });
/** A Consul server as well: RPC, gossip between sites. */
const consulServer = listener("Consul", { tcp: [8300, 8302], udp: [8302] });
const bind = listener("BIND", { tcp: [53], udp: [53] });
const chrony = listener("chrony", { udp: [123] });
const icinga = listener("Icinga", { tcp: [apiPort] });
const redis = listener("Redis", { tcp: [redisPort] });
const icingaWeb = listener("Icinga Web", { tcp: [webPort] });

const ofRole: Record<Role, Listener[]> = {
  database: galera,
  arbitrator,
  discovery: [...consul, ...consulServer, ...bind],
  time: chrony,
  master: [...icinga, ...redis],
  satellite: icinga,
  agent: icinga,
  web: icingaWeb,
  entry: [],
};

/** What listens on a host with these roles. `entryPort`: where the entry proxy listens. */
export function listeners(roles: readonly Role[], entryPort: number): (Listener & { role: Role })[] {
  const found = roles.flatMap((role) => ofRole[role].map((each) => ({ ...each, role })));
  if (roles.includes("entry")) {
    found.push({ service: "the entry proxy", protocol: "tcp", port: entryPort, role: "entry" });
  }
  if (roles.includes("database") && !roles.includes("discovery")) {
    found.push(...consul.map((each) => ({ ...each, role: "database" as const })));
  }
  return found;
}
