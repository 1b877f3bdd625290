import { isIP } from "node:net";
import { capacityLimits } from "../../components/galera/capacity.ts";
import { connectionVariables } from "../../components/galera/connections.ts";
import { evsPeriods } from "../../components/galera/evs.ts";
import { ports } from "../../components/galera/facts.ts";
import { gcacheSize } from "../../components/galera/gcache.ts";
import { bufferPoolSize } from "../../components/galera/running.ts";
import { redis, redisPort, storesOf } from "../../components/icinga/facts.ts";
import { seconds } from "../../core/duration.ts";
import { bytes } from "../../core/size.ts";
import type { Subject, SubjectHost } from "../../operations/preflight/index.ts";
import { flowsOf } from "../../stacks/flows.ts";
import { operator, outsideFlows, ownResolvers, people, withinFlows } from "../../stacks/flows-outside.ts";
import { listeners } from "../../stacks/ports.ts";
import { databaseArgs } from "../../stacks/settings/database.ts";
import { entryPort } from "../../stacks/settings/entry.ts";
import type { Environment, Settings } from "../../stacks/settings.ts";
import { LOCAL } from "../setup/docker.ts";

/** What `trivet preflight` judges of an environment: its settings, as far as hosts have to do with them. */
export function subjectOf(environment: string, { settings, watched }: Environment): Subject {
  const { clusterName: _, ...database } = databaseArgs(settings);
  const whose = `"${environment}"`;
  return {
    environment,
    lab: settings.lab !== undefined,
    hosts: settings.lab ? [thisMachine(settings)] : settings.hosts.map((host) => realHost(settings, host)),
    domains: settings.domains,
    flows: settings.lab ? [] : tried(settings, watched),
    time: { warning: seconds(settings.time.warning), critical: seconds(settings.time.critical) },
    database: {
      bufferPool: bytes(bufferPoolSize(database)),
      gcache: bytes(gcacheSize(whose, database)),
      connections: connectionVariables(whose, database).variables.max_connections!,
      disk: capacityLimits(whose, database.capacity),
      profile: database.profile ?? "lan",
      periods: evsPeriods(whose, database.profile, database.evs),
      lan: evsPeriods(whose, "lan"),
    },
    registries: registries(settings),
    machine: process.arch === "x64" ? "x86_64" : process.arch === "arm64" ? "aarch64" : process.arch,
  };
}

/** All pods of a lab are on this machine, which has what they publish. */
function thisMachine({ hosts, web }: Settings): SubjectHost {
  const published = [...hosts.flatMap(({ publish }) => publish), ...(hosts.some(isEntry) ? [web] : [])];
  return {
    name: "this machine",
    domain: "",
    address: "127.0.0.1",
    endpoint: LOCAL,
    roles: [...new Set(hosts.flatMap(({ roles }) => roles))],
    databases: hosts.filter(({ roles }) => roles.includes("database")).length,
    ports: published.map(({ port }) => ({ protocol: "tcp", port, service: "a published port" })),
    names: [],
  };
}

const isEntry = ({ roles }: { roles: readonly string[] }) => roles.includes("entry");

function realHost(
  settings: Settings,
  { name, domain, address, endpoint, roles }: Settings["hosts"][number],
): SubjectHost {
  const { monitoring, time } = settings;
  return {
    name,
    domain,
    address,
    endpoint: endpoint!,
    roles,
    ports: listeners(roles, entryPort(settings))
      .filter(({ port }) => port !== redisPort || storesOf[monitoring.backend].includes(redis.name))
      .map(({ protocol, port, service }) => ({ protocol, port, service })),
    names: roles.includes("time") ? time.upstream.filter((source) => isIP(source) === 0) : [],
  };
}

/** What a host of ours can be asked to try: nobody else does the probe's bidding. */
function tried(settings: Settings, watched: Environment["watched"]) {
  const own = settings.hosts.map(({ name }) => name);
  const within = withinFlows(settings, watched).map((flow) => ({
    ...flow,
    // What is only watched may well be down.
    to: flow.to.filter((name) => own.includes(name)),
  }));
  const adopted = settings.database.adopt?.map(({ address }) => address) ?? [];
  const outside = outsideFlows(settings, watched).filter(
    ({ from, to, port }) =>
      !from.some((name) => name === operator || name === people) &&
      !to.includes(ownResolvers) &&
      // There a member listens only while it is given data.
      !(
        to.some((address) => adopted.includes(address)) &&
        (port === ports.stateTransfer || port === ports.incrementalTransfer)
      ),
  );
  return [...flowsOf(settings, watched), ...within, ...outside];
}

/** Of images that the settings name in place of ours: what is before the first `/`, where that is a machine. */
function registries({ images }: Settings): string[] {
  const named = Object.values(images).flatMap((image) => {
    const [first = "", ...rest] = image?.split("/") ?? [];
    return rest.length > 0 && /[.:]|^localhost$/.test(first) ? [first] : [];
  });
  return [...new Set(named)];
}
