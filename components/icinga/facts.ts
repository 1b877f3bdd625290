import { type Duration, seconds } from "../../core/duration.ts";
import { type ServiceFacts, type ServiceName, tcp } from "../../core/service.ts";

/** Icinga's own, between its nodes and for its API. */
export const apiPort = 5665;
export const redisPort = 6380;
export const webPort = 80;

/** Seconds by which a host's hard state comes at the latest after that of its services, see `templates` in objects.ts. */
export const serviceDelay = (checkInterval: Duration): number => Math.ceil(seconds(checkInterval) / 2) + 3;

export const icingaMaster = {
  name: "icinga-master",
  title: "Icinga master",
  kind: "product",
  role: "master",
  ports: [tcp(apiPort)],
  resolves: true,
  domains: 2,
} as const satisfies ServiceFacts<"icinga-master">;

export const icingaSatellite = {
  name: "icinga-satellite",
  title: "Icinga satellite",
  kind: "product",
  role: "satellite",
  ports: [tcp(apiPort)],
  resolves: true,
} as const satisfies ServiceFacts<"icinga-satellite">;

export const icingaAgent = {
  name: "icinga-agent",
  title: "Icinga agent",
  kind: "product",
  role: "agent",
  ports: [tcp(apiPort)],
  resolves: true,
} as const satisfies ServiceFacts<"icinga-agent">;

/** Writes the states of its master to the database. */
export const icingaDb = {
  name: "icingadb",
  title: "Icinga DB",
  kind: "product",
  role: "master",
  ports: [],
} as const satisfies ServiceFacts<"icingadb">;

/** Between a master and Icinga DB, and where Icinga Web reads states. */
export const redis = {
  name: "redis",
  title: "Redis",
  kind: "product",
  role: "master",
  ports: [tcp(redisPort)],
} as const satisfies ServiceFacts<"redis">;

/** Where states and history go: Icinga DB, or its predecessor, the IDO. */
export const backends = ["icingadb", "ido"] as const;
export type Backend = (typeof backends)[number];

/** Services that a master needs beside itself for its backend. */
export const storesOf: Record<Backend, readonly ServiceName[]> = {
  icingadb: [redis.name, icingaDb.name],
  ido: [],
};

export const icingaWeb = {
  name: "icingaweb",
  title: "Icinga Web",
  kind: "product",
  role: "web",
  ports: [tcp(webPort)],
  resolves: true,
  domains: 2,
} as const satisfies ServiceFacts<"icingaweb">;
