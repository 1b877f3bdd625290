import { type Flow, flow } from "../../core/flow.ts";
import { type Port, tcp, udp } from "../../core/service.ts";
import { dnsPort } from "../bind/facts.ts";
import { ntpPort } from "../chrony/facts.ts";
import { galera, ports } from "../galera/facts.ts";
import type { Flows, Places } from "../places.ts";
import {
  apiPort,
  type Backend,
  icingaAgent,
  icingaMaster,
  icingaSatellite,
  icingaWeb,
  redis,
  redisPort,
  storesOf,
} from "./facts.ts";
import type { Check, WatchedHost } from "./watched.ts";

/** Between Icinga's own nodes, and to where they keep their states. */
export const flows =
  (backend: Backend): Flows =>
  (places) => {
    const masters = places.hostsOf(icingaMaster.name);
    const satellites = places.hostsOf(icingaSatellite.name);
    const agents = agentsWithoutSatellite(places);
    const web = places.hostsOf(icingaWeb.name);
    return [
      flow("Icinga between masters", tcp(apiPort), masters, masters),
      // Either end dials, so that a link is back as soon as both are up.
      flow("Icinga to satellites", tcp(apiPort), masters, satellites),
      flow("Icinga from satellites", tcp(apiPort), satellites, masters),
      flow("Icinga to agents", tcp(apiPort), masters, agents),
      flow("Icinga from agents", tcp(apiPort), agents, masters),
      flow("Database for monitoring", tcp(ports.client), [...masters, ...web], places.hostsOf(galera.name)),
      ...(storesOf[backend].includes(redis.name)
        ? [flow("Icinga Web reads states", tcp(redisPort), web, masters)]
        : []),
      flow("Icinga Web sends commands", tcp(apiPort), web, masters),
    ];
  };

/** An agent belongs to the satellites of its domain, which need no flow within it; to the masters where there are none. */
function agentsWithoutSatellite({ hosts, hostsOf }: Places): string[] {
  const satellites = hostsOf(icingaSatellite.name);
  const covered = new Set(hosts.filter(({ name }) => satellites.includes(name)).map(({ domain }) => domain));
  const agents = hostsOf(icingaAgent.name);
  return hosts.filter(({ name, domain }) => agents.includes(name) && !covered.has(domain)).map(({ name }) => name);
}

/** The masters watch each other and the satellites, from one domain to the next. */
export const watchFlows =
  (watched: readonly WatchedHost[]): Flows =>
  ({ hostsOf }) => {
    const masters = hostsOf(icingaMaster.name);
    const nodes = hostsOf(icingaMaster.name, icingaSatellite.name);
    return watched
      .filter(({ name }) => nodes.includes(name))
      .flatMap(({ name, checks }) => {
        const title = `Masters watch ${name}`;
        const asked = Map.groupBy(checks.flatMap(portOf), ({ protocol, port }) => `${protocol} ${port}`);
        return [
          { name: title, protocol: "icmp", from: masters, to: [name] } satisfies Flow,
          ...[...asked.values()].map(([first]) => flow(title, first!, masters, [name])),
        ];
      });
  };

/**
 * The port that a check asks on the watched host itself; none for those that ask elsewhere or run there, nor for Icinga's own,
 * which is open to the masters anyway.
 */
export function portOf(check: Check): Port[] {
  if (check.onAgent) return [];
  switch (check.kind) {
    case "ssh":
      return [tcp(check.port ?? 22)];
    case "http":
      return [tcp(check.port ?? (check.ssl ? 443 : 80))];
    case "mysql":
    case "capacity":
      return [tcp(check.port ?? ports.client)];
    case "dns":
      return check.server ? [] : [udp(dnsPort)];
    case "ntp":
      return check.server ? [] : [udp(ntpPort)];
    default:
      return [];
  }
}
