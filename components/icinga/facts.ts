import { type Duration, seconds } from "../../core/duration.ts";
import { handsOver, type ServiceFacts, tcp } from "../../core/service.ts";

/** Plug-ins ping by a raw socket. */
const pings = [...handsOver, "NET_RAW"] as const;

/** Icinga's own, between its nodes and for its API. */
export const apiPort = 5665;
export const redisPort = 6380;
export const webPort = 80;

/** Seconds by which a host's hard state comes at the latest after that of its services, see `templates` in objects.ts. */
export const serviceDelay = (checkInterval: Duration): number => Math.ceil(seconds(checkInterval) / 2) + 3;

const icingaImage = { name: "icinga", folder: "components/icinga/images/icinga" } as const;
/** Has the daemon and its Redis. */
const icingaDbImage = { name: "icingadb", folder: "components/icinga/images/icingadb" } as const;

export const icingaMaster = {
  name: "icinga-master",
  title: "Icinga master",
  kind: "product",
  role: "master",
  purpose: "One of the two Icinga masters.",
  image: icingaImage,
  capabilities: pings,
  ports: [tcp(apiPort)],
  resolves: true,
  domains: 2,
} as const satisfies ServiceFacts;

export const icingaSatellite = {
  name: "icinga-satellite",
  title: "Icinga satellite",
  kind: "product",
  role: "satellite",
  purpose: "Checks the hosts of its domain.",
  image: icingaImage,
  capabilities: pings,
  ports: [tcp(apiPort)],
  resolves: true,
} as const satisfies ServiceFacts;

export const icingaAgent = {
  name: "icinga-agent",
  title: "Icinga agent",
  kind: "product",
  role: "agent",
  purpose: "Is itself watched from inside: disk, load.",
  image: icingaImage,
  capabilities: pings,
  ports: [tcp(apiPort)],
  resolves: true,
} as const satisfies ServiceFacts;

/** Writes the states of its master to the database. */
export const icingaDb = {
  name: "icingadb",
  title: "Icinga DB",
  kind: "product",
  role: "master",
  image: icingaDbImage,
  capabilities: handsOver,
  ports: [],
} as const satisfies ServiceFacts;

/** Between a master and Icinga DB, and where Icinga Web reads states. */
export const redis = {
  name: "redis",
  title: "Redis",
  kind: "product",
  role: "master",
  image: icingaDbImage,
  capabilities: handsOver,
  ports: [tcp(redisPort)],
} as const satisfies ServiceFacts;

/** Where states and history go: Icinga DB, or its predecessor, the IDO. */
export const backends = ["icingadb", "ido"] as const;
export type Backend = (typeof backends)[number];

/** Services that a master needs beside itself for its backend. */
export const storesOf: Record<Backend, readonly (typeof redis.name | typeof icingaDb.name)[]> = {
  icingadb: [redis.name, icingaDb.name],
  ido: [],
};

export const icingaWeb = {
  name: "icingaweb",
  title: "Icinga Web",
  kind: "product",
  role: "web",
  purpose: "Icinga Web.",
  image: { name: "icingaweb", folder: "components/icinga/images/icingaweb" },
  capabilities: [...handsOver, "NET_BIND_SERVICE"],
  ports: [tcp(webPort)],
  resolves: true,
  domains: 2,
} as const satisfies ServiceFacts;

/** In the order in which they carry each other. */
export const services = [redis, icingaDb, icingaMaster, icingaSatellite, icingaAgent, icingaWeb] as const;
