import { dnsPort } from "../../components/bind/facts.ts";
import { ntpPort } from "../../components/chrony/facts.ts";
import type { Flow } from "../../core/flow.ts";
import type { Port } from "../../core/service.ts";
import type { HostFacts } from "./facts.ts";
import { type HostLook, holderOf, type Reason, type Trial, type Untried } from "./look.ts";
import type { Subject } from "./subject.ts";

/** How all declared flows are to be tried. */
export interface Plan {
  trials: Trial[];
  untried: Untried[];
  /** Ports that the probe opens for a moment, by host: nobody listens there yet. */
  opened: Map<string, Port[]>;
}

/** Pure: every pair of every flow once, whatever flows it belongs to. Where nothing is known of one of the two, nothing is tried. */
export function plan({ hosts, flows }: Subject, looks: readonly HostLook[]): Plan {
  const known = new Map(looks.flatMap(({ host, facts }) => (facts ? [[host.name, facts]] : [])));
  const addresses = new Map(hosts.map(({ name, address }) => [name, address]));
  const opened = new Map<string, Port[]>();
  const trials: Trial[] = [];
  const untried: Untried[] = [];
  for (const pair of pairs(flows)) {
    const { from, to, protocol, port } = pair;
    const there = known.get(to);
    if (!known.has(from) || (addresses.has(to) && !there)) continue;
    const target = addresses.get(to) ?? to;
    const way = there ? wayTo(there, target, pair) : wayOut(pair);
    if (typeof way === "object") untried.push({ ...pair, target, reason: way });
    else {
      trials.push({ ...pair, target, way });
      if (way !== "tcp-echo" && way !== "udp-echo") continue;
      const ports = opened.get(to) ?? [];
      if (!ports.some((each) => each.protocol === protocol && each.port === port)) {
        ports.push({ protocol: way === "tcp-echo" ? "tcp" : "udp", port });
      }
      opened.set(to, ports);
    }
  }
  return { trials, untried, opened };
}

type Pair = Omit<Trial, "target" | "way">;

function pairs(flows: readonly Flow[]): Pair[] {
  const all = flows.flatMap(({ name, protocol, port = 0, from, to }) =>
    from.flatMap((source) =>
      to.filter((target) => target !== source).map((target) => ({ name, from: source, to: target, protocol, port })),
    ),
  );
  return [...Map.groupBy(all, ({ from, to, protocol, port }) => `${from} ${to} ${protocol} ${port}`).values()].map(
    (same) => {
      const { name: _, ...pair } = same[0]!;
      return { ...pair, flows: [...new Set(same.map(({ name }) => name))] };
    },
  );
}

/** To a host: what listens there is asked by its own protocol; where nobody does, the probe listens itself. */
function wayTo(facts: HostFacts, address: string, { protocol, port }: Pair): Trial["way"] | Reason {
  if (protocol === "icmp") return "icmp";
  const holder = holderOf(
    { ...facts, addresses: facts.addresses.filter((own) => own.address === address) },
    { protocol, port },
  );
  if (!holder) {
    if (facts.missing.has("ss")) return { kind: "no-ss" };
    if (facts.missing.has("perl")) return { kind: "no-perl" };
    if (port < 1024 && facts.user.root === "no") {
      return { kind: "not-root", user: facts.user.name };
    }
    return protocol === "tcp" ? "tcp-echo" : "udp-echo";
  }
  if (protocol === "tcp") return "tcp";
  return asked(port) ?? { kind: "held", program: holder.program };
}

/** To what is none of ours. */
function wayOut({ protocol, port }: Pair): Trial["way"] | Reason {
  if (protocol === "icmp") return "icmp";
  if (protocol === "tcp") return "tcp";
  return asked(port) ?? { kind: "held" };
}

const asked = (port: number): Trial["way"] | undefined =>
  port === ntpPort ? "ntp" : port === dnsPort ? "dns" : undefined;
