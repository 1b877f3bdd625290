import { isIP } from "node:net";
import { dnsPort } from "../components/bind/facts.ts";
import { ntpPort } from "../components/chrony/facts.ts";
import { galera, ports } from "../components/galera/facts.ts";
import { apiPort } from "../components/icinga/facts.ts";
import { portOf } from "../components/icinga/flows.ts";
import type { Recipient } from "../components/icinga/recipients.ts";
import type { WatchedHost } from "../components/icinga/watched.ts";
import { allFacts, type Role } from "../components/services.ts";
import type { Flow } from "../core/flow.ts";
import { flowsOf } from "./flows.ts";
import { labMachines } from "./settings/lab.ts";
import type { Settings } from "./settings.ts";

/** Who is no host of the settings, in the place of a name of a host. */
export const operator = "operator";
export const people = "people";
export const ownResolvers = "resolvers of the host";

type Given = Pick<Settings, "hosts" | "monitoring" | "lab" | "dns" | "time" | "web" | "database">;

const named = ({ hosts }: Pick<Settings, "hosts">, role: Role): string[] =>
  hosts.filter(({ roles }) => roles.includes(role)).map(({ name }) => name);

/**
 * What passes between hosts of ours and others: servers of the outer world, whom notifications go to, the operator and people.
 * `from` and `to` have names of hosts, addresses, and names of servers.
 */
export function outsideFlows(settings: Given, watched: readonly WatchedHost[]): Flow[] {
  const servers = named(settings, "discovery");
  const time = named(settings, "time");
  const byName = settings.time.upstream.some((source) => isIP(source) === 0);
  const declared = [...flowsOf(settings, watched), ...withinFlows(settings, watched)];
  return [
    ...onBoth("DNS upstream", dnsPort, servers, settings.dns.upstream),
    flow("NTP upstream", "udp", ntpPort, time, settings.time.upstream),
    // Only the hosts' own resolvers can tell chrony an address: Trivet's may need the right time for that.
    ...(byName ? onBoth("DNS for NTP upstream", dnsPort, time, [ownResolvers]) : []),
    ...settings.monitoring.notify.flatMap((recipient) => notificationFlows(settings, recipient)),
    ...serversOfChecks(settings, watched),
    ...adoptedFlows(settings),
    ...(settings.lab ? [] : [...sshFlows(settings), ...peopleFlows(settings)]),
  ].filter((given) => given.from.length > 0 && given.to.length > 0 && !isDeclared(settings, declared, given));
}

/** Every connection of an environment: between domains, within one, and with others. */
export const allFlows = (settings: Given, watched: readonly WatchedHost[]): Flow[] => [
  ...flowsOf(settings, watched),
  ...withinFlows(settings, watched),
  ...outsideFlows(settings, watched),
];

/**
 * What passes between hosts of one domain and is in no flow between domains: a satellite's own work. It matters where hosts have
 * firewalls of their own.
 */
export function withinFlows(settings: Pick<Settings, "hosts">, watched: readonly WatchedHost[]): Flow[] {
  const satellites = settings.hosts.filter(({ roles }) => roles.includes("satellite"));
  const told = [...named(settings, "master"), ...named(settings, "satellite")];
  return [...Map.groupBy(satellites, ({ domain }) => domain)].flatMap(([domain, inside]) => {
    const own = inside.map(({ name }) => name);
    const agents = settings.hosts
      .filter((host) => host.roles.includes("agent") && host.domain === domain)
      .map(({ name }) => name);
    return [
      ...(own.length > 1 ? [flow("Icinga between satellites", "tcp", apiPort, own, own)] : []),
      ...(agents.length > 0
        ? [
            flow("Icinga to agents", "tcp", apiPort, own, agents),
            flow("Icinga from agents", "tcp", apiPort, agents, own),
          ]
        : []),
      ...watched
        // The masters watch each other and the satellites.
        .filter((host) => host.domain === domain && !told.includes(host.name))
        .flatMap(({ name, checks }) => {
          const ports = Map.groupBy(checks.flatMap(portOf), ({ protocol, port }) => `${protocol} ${port}`);
          const what = `Satellites watch ${name}`;
          return [
            flow(what, "icmp", undefined, own, [name]),
            ...[...ports.values()].map(([first]) => flow(what, first!.protocol, first!.port, own, [name])),
          ];
        }),
    ];
  });
}

const flow = (
  name: string,
  protocol: Flow["protocol"],
  port: number | undefined,
  from: string[],
  to: string[],
): Flow => ({
  name,
  protocol,
  ...(port !== undefined && { port }),
  from,
  to,
});

const onBoth = (name: string, port: number, from: string[], to: string[]): Flow[] =>
  (["tcp", "udp"] as const).map((protocol) => flow(name, protocol, port, from, to));

/** Where a recipient is told: only host and port, since the rest of an address may be a secret. A command's way is its own. */
function notificationFlows(settings: Given, recipient: Recipient): Flow[] {
  const masters = named(settings, "master");
  const what = `Notifications to ${recipient.name}`;
  if ("url" in recipient) {
    const { hostname, port, protocol } = new URL(recipient.url);
    const target = hostname.replace(/^\[(.*)\]$/, "$1");
    return [flow(what, "tcp", Number(port) || (protocol === "https:" ? 443 : 80), masters, [target])];
  }
  if ("mail" in recipient) {
    const { server, port, security } = recipient.mail;
    return [flow(what, "tcp", port ?? (security === "tls" ? 465 : 25), masters, [server])];
  }
  return [];
}

/** `dns` and `ntp` checks that ask a named server: whoever watches the host asks it. */
function serversOfChecks(settings: Given, watched: readonly WatchedHost[]): Flow[] {
  const masters = named(settings, "master");
  const satellites = named(settings, "satellite");
  return watched.flatMap(({ name, domain, checks }) => {
    const inside = settings.hosts.filter((host) => host.domain === domain && satellites.includes(host.name));
    const from =
      masters.includes(name) || satellites.includes(name) ? masters : inside.map(({ name: satellite }) => satellite);
    return checks.flatMap((check) => {
      if ((check.kind !== "dns" && check.kind !== "ntp") || check.server === undefined) return [];
      const port = check.kind === "dns" ? dnsPort : ntpPort;
      return [flow(`Check of ${name}`, "udp", port, check.onAgent ? [name] : from, [check.server])];
    });
  });
}

/** Between the nodes and members of a cluster that they take over: those have no names here. */
function adoptedFlows({ hosts, database }: Given): Flow[] {
  const others = (database.adopt ?? []).map(({ address }) => address);
  const nodes = named({ hosts }, galera.role);
  const voters = allFacts.flatMap(({ vote, role }) => (vote === galera.vote && role ? named({ hosts }, role) : []));
  const mutual = (name: string, protocol: "tcp" | "udp", port: number, ours = nodes) => [
    flow(name, protocol, port, ours, others),
    flow(name, protocol, port, others, ours),
  ];
  return [
    ...mutual("Galera replication, adopted", "tcp", ports.replication, voters),
    ...mutual("Galera replication, adopted", "udp", ports.replication),
    ...mutual("Galera state transfer, adopted", "tcp", ports.stateTransfer),
    ...mutual("Galera incremental state transfer, adopted", "tcp", ports.incrementalTransfer),
    flow("Galera peers, adopted", "tcp", ports.client, nodes, others),
  ];
}

/** One flow for each port of sshd. */
function sshFlows({ hosts }: Given): Flow[] {
  const reached = hosts.flatMap(({ name, endpoint }) => {
    const url = endpoint === undefined ? undefined : new URL(endpoint);
    return url?.protocol === "ssh:" ? [{ name, port: Number(url.port) || 22 }] : [];
  });
  return [...Map.groupBy(reached, ({ port }) => port)].map(([port, to]) =>
    flow(
      "SSH of the operator",
      "tcp",
      port,
      [operator],
      to.map(({ name }) => name),
    ),
  );
}

/** Nobody comes from elsewhere to an entry that listens on its own loopback. */
function peopleFlows(settings: Given): Flow[] {
  if (settings.web.address.startsWith("127.")) return [];
  return [flow("Icinga Web", "tcp", settings.web.port, [people], named(settings, "entry"))];
}

/** The lab's pager, say, is a machine of the lab: its flow is among those between the domains. */
function isDeclared(settings: Given, declared: readonly Flow[], { protocol, port, from, to }: Flow): boolean {
  const address = (name: string) => {
    const machines = labMachines(settings.lab).map(({ machine }) => machine);
    return [...settings.hosts, ...machines].find((host) => host.name === name)?.address;
  };
  return from.every((source) =>
    to.every((target) =>
      declared.some(
        (other) =>
          other.protocol === protocol &&
          other.port === port &&
          other.from.includes(source) &&
          other.to.some((name) => name === target || address(name) === target),
      ),
    ),
  );
}
