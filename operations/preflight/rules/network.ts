import ipaddr from "ipaddr.js";
import { subnetsOf } from "../../../core/domain.ts";
import type { Finding } from "../finding.ts";
import type { Sight } from "../look.ts";
import type { Periods } from "../subject.ts";
import { type HostFinding, isDatabase, ofHost, prepare, type Rule } from "./rule.ts";

const address = ofHost(({ addresses, missing }, host, { lab }): HostFinding[] => {
  if (lab || missing.has("ip") || addresses.some((own) => own.address === host.address)) return [];
  const own = addresses.filter(({ address: each }) => !each.startsWith("127.")).map(({ address: each }) => each);
  return [
    {
      rule: "address",
      severity: "error",
      given: `no ${host.address} on it, but ${own.join(", ") || "none"}`,
      expected: `${host.address}, as the settings have it`,
      breaks: "services listen at that address and name it to the others",
      mend: "correct the address or the endpoint of the host in the settings, or give the host the address",
    },
  ];
});

/** Another network of the host's with addresses of a domain hides those from it. */
const overlap = ofHost(({ addresses }, host, subject): HostFinding[] => {
  const { domains, lab } = subject;
  if (lab) return [];
  return addresses.flatMap(({ address: own, bits, interface: on }) => {
    if (own === host.address || !isBridge(on)) return [];
    const [found] = domains.flatMap((domain) =>
      subnetsOf(domain)
        .filter((subnet) => overlaps(`${own}/${bits}`, subnet))
        .map((subnet) => ({ domain, subnet })),
    );
    if (!found) return [];
    const { domain, subnet } = found;
    return [
      {
        rule: "subnet-overlap",
        severity: "error" as const,
        given: `${own}/${bits} on ${on}, a network of Docker's`,
        expected: `none that overlaps ${subnet} of ${domain.name}`,
        breaks: `hosts of ${domain.name} can't be reached from there`,
        mend: `${prepare(subject, host)} gives Docker other addresses, unless /etc/docker/daemon.json names some (default-address-pools, bip): then correct those. Remove that network where it stays (docker network ls)`,
      },
    ];
  });
});

const isBridge = (name: string): boolean => /^(docker\d|docker_gwbridge$|br-[0-9a-f]{12}$)/.test(name);

function overlaps(a: string, b: string): boolean {
  const [[networkA, bitsA], [networkB, bitsB]] = [ipaddr.IPv4.parseCIDR(a), ipaddr.IPv4.parseCIDR(b)];
  return networkA.match(networkB, Math.min(bitsA, bitsB));
}

/** A packet that is too large for some part of the way, between hosts whose interfaces take it. */
const packets: Rule = ({ links, looks, tried }) => {
  const facts = new Map(looks.map(({ host, facts: seen }) => [host.name, { host, facts: seen }]));
  const mtuOf = (name: string) => {
    const look = facts.get(name);
    return look?.facts?.addresses.find(({ address: own }) => own === look.host.address)?.mtu;
  };
  const small = links.flatMap(({ from, to, packet }): Finding[] => {
    const mtu = Math.min(mtuOf(from) ?? Number.POSITIVE_INFINITY, mtuOf(to) ?? Number.POSITIVE_INFINITY);
    if (!Number.isFinite(mtu) || (packet && packet.size >= mtu)) return [];
    const most = packet ? `${packet.size} bytes at most pass` : "a ping passes, and no large packet";
    const told = packet?.told === true;
    return [
      {
        rule: "packet-size",
        severity: told ? "notice" : "error",
        host: from,
        given: `${most} to ${to} in one piece${told ? ", as a router says" : ", and nothing says so"}`,
        expected: `${mtu} bytes, as both interfaces have it`,
        breaks: told
          ? "nothing: connections adapt, each after a first loss"
          : "connections open, and stand still with the first large packet: a state transfer never ends",
        mend: packet
          ? `sudo ip link set dev ${interfaceOf(facts.get(from))} mtu ${packet.size} (and in the network's configuration), or mend the way`
          : `let ICMP "fragmentation needed" through on the way, or lower the MTU of both`,
      },
    ];
  });
  const known = new Set(small.map(({ host }) => host));
  const stalled = Map.groupBy(
    tried.filter(({ result, from }) => result === "stalled" && !known.has(from)),
    ({ from, to }) => `${from} ${to}`,
  );
  return [
    ...small,
    ...[...stalled.values()].map(
      ([first]): Finding => ({
        rule: "packet-size",
        severity: "error",
        host: first!.from,
        given: `a connection to ${first!.to} opens (tcp ${first!.port}), but 24,000 bytes don't come back`,
        expected: "that large packets pass as well as small ones",
        breaks: "a state transfer, or any large answer, never ends",
        mend: `sudo ip link set dev ${interfaceOf(facts.get(first!.from))} mtu 1400 for a try; then let ICMP "fragmentation needed" through on the way`,
      }),
    ),
  ];
};

const interfaceOf = (look?: {
  host: { address: string };
  facts?: { addresses: { address: string; interface: string }[] };
}) => look?.facts?.addresses.find(({ address: own }) => own === look.host.address)?.interface ?? "eth0";

/** Percent of lost pings from which a link is not one of a lan. */
const LOSS = 1;

/** A way between databases of two domains: what Galera's time-outs must outlast. */
export interface Way {
  from: string;
  to: string;
  /** Seconds. */
  round: number;
  /** Percent, where pings tell it. */
  loss?: number;
}

/** By ping, or where nobody answers those, by the quickest connection. */
export function ways({ links, tried, subject }: Sight): Way[] {
  const databases = subject.hosts.filter(isDatabase);
  const pairs = databases.flatMap((from) =>
    databases.filter((to) => to.domain !== from.domain).map((to) => [from.name, to.name] as const),
  );
  return pairs.flatMap(([from, to]): Way[] => {
    const link = links.find((each) => each.from === from && each.to === to);
    if (link?.round) return [{ from, to, round: link.round.average / 1000, loss: link.loss }];
    const took = tried
      .filter((each) => each.from === from && each.to === to && each.protocol === "tcp")
      .flatMap((each) => each.took ?? []);
    return took.length > 0 ? [{ from, to, round: Math.min(...took) / 1000 }] : [];
  });
}

/**
 * Whether Galera's periods suit a way. Each must be longer than a round trip (Galera's documentation), and a segment that TCP loses twice
 * must be through before a node is suspected: Linux sends it again after 200 ms and the round trip, then after twice that.
 */
export const suits = (periods: Periods, { round, loss = 0 }: Pick<Way, "round" | "loss">): boolean =>
  loss < LOSS &&
  round < Math.min(periods.keepalivePeriod, periods.joinRetransPeriod) &&
  3 * (0.2 + round) + round / 2 <= periods.suspectTimeout;

/** Round trip in seconds up to which `lan` is proposed in place of `wan`. */
const NEAR = 0.005;

const profile: Rule = (sight) => {
  const { profile: given, periods, lan } = sight.subject.database;
  const all = ways(sight);
  if (all.length === 0) return [];
  const worst = all.toSorted((a, b) => (b.loss ?? 0) - (a.loss ?? 0) || b.round - a.round)[0]!;
  const text = ({ from, to, round, loss }: Way) =>
    `${(round * 1000).toFixed(1)} ms${loss === undefined ? "" : ` and ${loss} % loss`} from ${from} to ${to}`;
  const poor = all.filter((way) => !suits(periods, way)).toSorted((a, b) => b.round - a.round);
  if (poor.length > 0) {
    const wan = given === "wan";
    return [
      {
        rule: "galera-profile",
        severity: "warning",
        given: `${text(poor.find(({ loss = 0 }) => loss >= LOSS) ?? poor[0]!)}, with database.profile ${given}`,
        expected: wan ? "links that Galera's time-outs outlast" : "database.profile wan",
        breaks: "nodes that live are taken for dead, and clients wait each time",
        mend: wan ? "mend the link, or raise database.evs" : "profile: wan under trivet:database in the settings",
      },
    ];
  }
  if (given === "wan" && all.every((way) => way.round <= NEAR && suits(lan, way))) {
    return [
      {
        rule: "galera-profile",
        severity: "notice",
        given: `${text(worst)} at most, with database.profile wan`,
        expected: "database.profile lan",
        breaks: "nothing; but a lost node costs some 11 s without writes, where lan has 1.3 s",
        mend: "profile: lan under trivet:database in the settings",
      },
    ];
  }
  return [];
};

export const networkRules: Rule[] = [address, overlap, packets, profile];
