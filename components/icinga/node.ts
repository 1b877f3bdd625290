import { keptDays } from "../../core/duration.ts";
import type { Retention } from "../../core/inventory.ts";
import { ports } from "../galera/facts.ts";
import { definition, quote } from "./dsl.ts";
import { apiPort, redisPort } from "./facts.ts";
import { allZones, globalZone, masterZone, type Topology, type Zone, zoneOf } from "./topology.ts";

/** The configuration that makes an Icinga daemon the node it is; pure text. */

/** Files that the image's entrypoint moves to Icinga's own folders. */
export const configFolder = "/etc/trivet/icinga";

export function constantsConf(nodeName: string, zoneName: string): string {
  return `const NodeName = ${quote(nodeName)}
const ZoneName = ${quote(zoneName)}
const PluginDir = "/usr/lib/nagios/plugins"
const TicketSalt = ""
`;
}

/**
 * What a node must know of the cluster: its own zone, its parent and its children (for masters that is everyone, since
 * only they relay to agents of a satellite). Every endpoint has its address, so both ends of a link dial: whichever starts last is
 * connected at once, where one waiting for the other's next attempt would lose up to ten seconds.
 */
export function zonesConf(topology: Topology, nodeName: string): string {
  const own = zoneOf(topology, nodeName)!;
  const known = allZones(topology).filter(
    (zone) => own.name === masterZone || zone === own || zone.name === own.parent || zone.parent === own.name,
  );
  const shared = topology.agents.includes(own) ? [] : [definition("object Zone", globalZone, { global: true })];
  // A parent that a node need not know must not be named either.
  const trimmed = known.map((zone) =>
    known.some(({ name }) => name === zone.parent) ? zone : { ...zone, parent: undefined },
  );
  return [...trimmed.map((zone) => zoneText(zone, nodeName)), ...shared].join("\n");
}

function zoneText({ name, parent, endpoints }: Zone, self: string): string {
  const nodes = endpoints.map((host) =>
    definition("object Endpoint", host.name, host.name === self ? {} : { host: host.address, port: String(apiPort) }),
  );
  return [...nodes, definition("object Zone", name, { endpoints: endpoints.map((host) => host.name), parent })].join(
    "",
  );
}

/** The listener that the cluster and the API share. TLS with the node's certificate, as Icinga insists. */
export function apiConf(): string {
  return definition("object ApiListener", "api", {
    bind_host: "0.0.0.0",
    bind_port: String(apiPort),
    accept_config: true,
    accept_commands: true,
  });
}

/**
 * What an API user may do. `commands` is Icinga Web's usual set: whoever has it may change what a check runs, and so run commands on every
 * host with an Icinga. `questions` only asks.
 */
const permissions = {
  commands: ["actions/*", "objects/query/*", "objects/modify/*", "status/query", "events/*", "templates/query/*"],
  questions: ["objects/query/*", "status/query"],
} as const;

/** A user of the API. */
export const apiUserConf = (user: { name: string; password: string }, may: keyof typeof permissions): string =>
  definition("object ApiUser", user.name, { password: user.password, permissions: [...permissions[may]] });

export const checkerConf = (): string => definition("object CheckerComponent", "checker", {});
export const notificationConf = (): string => definition("object NotificationComponent", "notification", {});

/** Writes to the Redis on this same host. */
export function icingadbConf(password: string): string {
  return definition("object IcingaDB", "icingadb", { host: "127.0.0.1", port: redisPort, password });
}

/** A database by the name that leads to a healthy node of the cluster. */
export interface DatabaseAccess<Secret> {
  /** Name or address of the server. */
  host: string;
  /**
   * Port of the server.
   * @default 3306
   * @example 3307
   */
  port?: number;
  /** Name of the database. */
  name: string;
  user: string;
  password: Secret;
}

/** What the IDO keeps of the past, by the attributes of `cleanup`; each is a table. */
const idoHistory = [
  "acknowledgements",
  "commenthistory",
  "contactnotifications",
  "contactnotificationmethods",
  "downtimehistory",
  "eventhandlers",
  "externalcommands",
  "flappinghistory",
  "hostchecks",
  "logentries",
  "notifications",
  "processevents",
  "servicechecks",
  "statehistory",
  "systemcommands",
];

/** The IDO; one master at a time writes, the other takes over after `failover_timeout`, for which Icinga's minimum is 30 s. */
export function idoConf(database: DatabaseAccess<string>, retention: Retention = {}): string {
  const days = keptDays(retention.history);
  const cleanup = idoHistory.map((table) => `    ${table}_age = ${days}d\n`).join("");
  const conf = definition("object IdoMysqlConnection", "ido-mysql", {
    host: database.host,
    port: database.port ?? ports.client,
    database: database.name,
    user: database.user,
    password: database.password,
    enable_ha: true,
    failover_timeout: { dsl: "30s" },
    cleanup: days === undefined ? undefined : { dsl: `{\n${cleanup}  }` },
  });
  return `library "db_ido_mysql"\n${conf}`;
}
