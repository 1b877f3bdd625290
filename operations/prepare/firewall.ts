import { isIP, isIPv6 } from "node:net";
import { Failure } from "../../core/errors.ts";
import type { Flow } from "../../core/flow.ts";

/** What a host lets in: one port of a protocol, or every ping. */
export interface Opening {
  protocol: "tcp" | "udp" | "icmp";
  /** Absent for icmp. */
  port?: number;
  /** Addresses, sorted; `anybody` where nobody knows whence they come. */
  from: string[] | "anybody";
  /** The flows' names. */
  purposes: string[];
}

/** The rules' place on a host, and the folder of the site's own. */
export const rulesPath = "/etc/trivet/firewall.nft";
const ownRules = "/etc/trivet/firewall.d/*.nft";

/**
 * What one host must let in, of all flows: each port once, by its number.
 *
 * @param addresses addresses of hosts by their names
 * @param anybody names that stand for people at addresses that are not known
 * @throws {Failure} where a flow comes from a name without an address
 */
export function openingsOf(
  host: { name: string; address: string },
  flows: readonly Flow[],
  addresses: ReadonlyMap<string, string>,
  anybody: readonly string[],
): Opening[] {
  const into = flows.filter(({ to }) => to.includes(host.name) || to.includes(host.address));
  const addressOf = (name: string, flow: Flow): string => {
    const address = addresses.get(name) ?? name;
    if (isIP(address) === 0)
      throw new Failure(`The flow "${flow.name}" to ${host.name} comes from ${name}, which has no address.`);
    return address;
  };
  return [...Map.groupBy(into, ({ protocol, port }) => `${protocol} ${port ?? ""}`).values()]
    .map((same): Opening => {
      const { protocol, port } = same[0]!;
      // What a host asks of itself comes by its loopback.
      const sources = same.flatMap((flow) =>
        flow.from
          .filter((name) => name !== host.name)
          .map((name) => (anybody.includes(name) ? "" : addressOf(name, flow))),
      );
      const from = sources.includes("") ? ("anybody" as const) : [...new Set(sources)].toSorted(byAddress);
      return {
        protocol,
        ...(port !== undefined && { port }),
        from,
        purposes: [...new Set(same.map(({ name }) => name))],
      };
    })
    .filter(({ from }) => from.length > 0)
    .toSorted((a, b) => (a.port ?? 0) - (b.port ?? 0) || a.protocol.localeCompare(b.protocol));
}

const byAddress = (a: string, b: string) => a.localeCompare(b, "en", { numeric: true });

export interface Rules {
  environment: string;
  host: string;
  openings: readonly Opening[];
  /** Ports of the host's sshd. */
  sshPorts: readonly number[];
}

/**
 * The table `inet trivet`: default drop for what comes in, and the declared flows. Loaded as one transaction, which replaces the
 * former table. What the host sends, forwards or publishes by Docker is not filtered by it.
 */
export function rulesText({ environment, host, openings, sshPorts }: Rules): string {
  const rules = openings
    .filter(({ protocol }) => protocol !== "icmp")
    .flatMap((opening) => [
      `# ${oneLine(opening.purposes.join("; "))}`,
      ...sourcesOf(opening).map((source) => `${source}${opening.protocol} dport ${opening.port} accept`),
    ]);
  const lines = [
    "type filter hook input priority filter; policy drop;",
    "ct state established,related accept",
    'iifname "lo" accept',
    "meta l4proto { icmp, ipv6-icmp } accept",
    "# An address by DHCP",
    "udp sport 67 udp dport 68 accept",
    "ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept",
    "# SSH of the operator, from wherever that is",
    `tcp dport { ${ports(sshPorts)} } accept`,
    ...rules,
    "# The site's own",
    `include "${ownRules}"`,
    'limit rate 6/minute burst 12 packets log prefix "trivet drops: "',
  ];
  return `#!/usr/sbin/nft -f
# Trivet: what ${host} of ${environment} lets in (trivet firewall ${environment}). Each "trivet hosts prepare" writes it anew:
# rules of your own are for ${ownRules}, such as: tcp dport 9100 accept
table inet trivet
delete table inet trivet
table inet trivet {
  chain input {
${lines.map((line) => `    ${line}`).join("\n")}
  }
}
`;
}

const oneLine = (text: string): string => text.replace(/[^\x20-\x7e]/g, "?");

const ports = (all: readonly number[]): string => [...new Set(all)].toSorted((a, b) => a - b).join(", ");

/** IPv4 and IPv6 are two rules. */
function sourcesOf({ from }: Opening): string[] {
  if (from === "anybody") return [""];
  const families = { ip: from.filter((address) => !isIPv6(address)), ip6: from.filter((address) => isIPv6(address)) };
  return Object.entries(families)
    .filter(([, addresses]) => addresses.length > 0)
    .map(([family, addresses]) => `${family} saddr { ${addresses.join(", ")} } `);
}

/** The same for a firewall of the site's own kind: commands for whoever keeps it. */
export const siteRules: Record<"firewalld" | "ufw", (openings: readonly Opening[]) => string[]> = {
  firewalld: (openings) => [
    ...eachSource(openings).map(({ protocol, port, source }) => {
      if (source === undefined) return `sudo firewall-cmd --permanent --add-port=${port}/${protocol}`;
      const family = isIPv6(source) ? "ipv6" : "ipv4";
      const rule = `rule family="${family}" source address="${source}" port port="${port}" protocol="${protocol}" accept`;
      return `sudo firewall-cmd --permanent --add-rich-rule='${rule}'`;
    }),
    "sudo firewall-cmd --reload",
  ],
  ufw: (openings) =>
    eachSource(openings).map(
      ({ protocol, port, source }) => `sudo ufw allow proto ${protocol} from ${source ?? "any"} to any port ${port}`,
    ),
};

const eachSource = (openings: readonly Opening[]) =>
  openings
    .filter(({ protocol }) => protocol !== "icmp")
    .flatMap(({ protocol, port, from }) =>
      (from === "anybody" ? [undefined] : from).map((source) => ({ protocol, port: port!, source })),
    );
