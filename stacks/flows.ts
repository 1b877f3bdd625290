import { dnsPort } from "../components/bind/facts.ts";
import { ntpPort } from "../components/chrony/facts.ts";
import { consulFlows } from "../components/consul/flows.ts";
import { galera, ports } from "../components/galera/facts.ts";
import { galeraFlows } from "../components/galera/flows.ts";
import { apiPort, redisPort, webPort } from "../components/icinga/facts.ts";
import type { Check, WatchedHost } from "../components/icinga/watched.ts";
import { receiverFlows } from "../components/receiver/index.ts";
import { factsOf, othersVoting } from "../components/services.ts";
import type { Flow } from "../core/flow.ts";
import type { Role } from "../core/service.ts";
import type { Settings } from "./settings.ts";

/**
 * What the sites' firewalls must let through between failure domains, and nothing else: the lab's router does as it says.
 * Within one domain nothing is filtered, so the checks of a domain's satellite need no flow.
 */
export function flowsOf(
  settings: Pick<Settings, "hosts" | "monitoring" | "lab">,
  watched: readonly WatchedHost[],
): Flow[] {
  const withRole = (...wanted: Role[]) =>
    settings.hosts.filter(({ roles }) => roles.some((role) => wanted.includes(role))).map(({ name }) => name);
  const all = settings.hosts.map(({ name }) => name);
  const database = withRole("database");
  const servers = withRole("discovery");
  const masters = withRole("master");
  const satellites = withRole("satellite");
  const web = withRole("web");
  const redis = settings.monitoring.backend === "icingadb";

  return [
    ...galeraFlows(database, withRole(...othersVoting(galera.name).flatMap((service) => factsOf(service).role ?? []))),
    ...consulFlows(servers, database),
    tcp("DNS", dnsPort, withRole("master", "satellite", "agent", "web"), servers),
    udp("DNS", dnsPort, withRole("master", "satellite", "agent", "web"), servers),
    udp("NTP", ntpPort, all, withRole("time")),
    tcp("Icinga between masters", apiPort, masters, masters),
    // Either end dials, so that a link is back as soon as both are up.
    tcp("Icinga to satellites", apiPort, masters, satellites),
    tcp("Icinga from satellites", apiPort, satellites, masters),
    ...agentFlows(settings, masters),
    tcp("Database for monitoring", ports.client, [...masters, ...web], database),
    ...(redis ? [tcp("Icinga Web reads states", redisPort, web, masters)] : []),
    tcp("Icinga Web sends commands", apiPort, web, masters),
    tcp("Entry to Icinga Web", webPort, withRole("entry"), web),
    ...mastersWatched(
      watched.filter(({ name }) => masters.includes(name) || satellites.includes(name)),
      masters,
    ),
    ...receiverFlows(masters, settings.lab?.receiver ? [settings.lab.receiver.name] : []),
  ].filter(({ from, to }) => from.length > 0 && to.length > 0);
}

const tcp = (name: string, port: number, from: string[], to: string[]): Flow => ({
  name,
  protocol: "tcp",
  port,
  from,
  to,
});
const udp = (name: string, port: number, from: string[], to: string[]): Flow => ({
  name,
  protocol: "udp",
  port,
  from,
  to,
});
const ping = (name: string, from: string[], to: string[]): Flow => ({ name, protocol: "icmp", from, to });

/** An agent belongs to the satellites of its domain; to the masters where there are none. */
function agentFlows({ hosts }: Pick<Settings, "hosts">, masters: string[]): Flow[] {
  const covered = new Set(hosts.filter(({ roles }) => roles.includes("satellite")).map(({ domain }) => domain));
  const agents = hosts.filter(({ roles, domain }) => roles.includes("agent") && !covered.has(domain));
  const names = agents.map(({ name }) => name);
  return [tcp("Icinga to agents", apiPort, masters, names), tcp("Icinga from agents", apiPort, names, masters)];
}

/** The masters watch each other and the satellites, from one domain to the next. */
function mastersWatched(watched: readonly WatchedHost[], masters: string[]): Flow[] {
  return watched.flatMap(({ name, checks }) => {
    const ports = Map.groupBy(checks.flatMap(portOf), ({ protocol, port }) => `${protocol} ${port}`);
    return [
      ping(`Masters watch ${name}`, masters, [name]),
      ...[...ports.values()].map(([first]) => ({
        ...first!,
        name: `Masters watch ${name}`,
        from: masters,
        to: [name],
      })),
    ];
  });
}

/**
 * The port that a check asks on the watched host itself; none for those that ask elsewhere or run there, nor for Icinga's own,
 * which is open to the masters anyway.
 */
export function portOf(check: Check): { protocol: "tcp" | "udp"; port: number }[] {
  if (check.onAgent) return [];
  switch (check.kind) {
    case "ssh":
      return [{ protocol: "tcp", port: check.port ?? 22 }];
    case "http":
      return [{ protocol: "tcp", port: check.port ?? (check.ssl ? 443 : 80) }];
    case "mysql":
    case "capacity":
      return [{ protocol: "tcp", port: check.port ?? ports.client }];
    case "dns":
      return check.server ? [] : [{ protocol: "udp", port: dnsPort }];
    case "ntp":
      return check.server ? [] : [{ protocol: "udp", port: ntpPort }];
    default:
      return [];
  }
}
