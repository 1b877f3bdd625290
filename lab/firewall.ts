import { type Domain, subnetsOf } from "../core/domain.ts";
import type { Flow } from "../core/flow.ts";

/** A host as the router knows it. */
export interface Place {
  name: string;
  domain: string;
  address: string;
}

/** The router's rules as it loads them when it starts: the image's entrypoint knows it. */
export const rulesFile = "/etc/trivet/firewall/rules";

/**
 * The WAN router's rules for `iptables-restore`: exactly the declared flows between domains, and what answers them.
 * Within a domain only what goes from one of its subnets to another passes the router: all of it.
 *
 * @param input more rules for what is sent to the router itself
 */
export function firewallRules(
  flows: readonly Flow[],
  places: readonly Place[],
  { domains = [], input = [] }: { domains?: readonly Domain[]; input?: readonly string[] } = {},
): string {
  const byName = new Map(places.map((place) => [place.name, place]));
  const within = domains
    .map((domain) => subnetsOf(domain).join(","))
    .filter((subnets) => subnets.includes(","))
    .map((subnets) => `-A FORWARD -s ${subnets} -d ${subnets} -j ACCEPT`);
  const between = flows.flatMap((flow) => {
    const match = flow.port === undefined ? "" : ` --dport ${flow.port}`;
    const comment = ` -m comment --comment "${flow.name.replace(/[^\w ./:-]/g, "")}"`;
    return flow.from.flatMap((name) => {
      const source = byName.get(name)!;
      const targets = flow.to.map((to) => byName.get(to)!).filter((target) => target.domain !== source.domain);
      if (targets.length === 0) return [];
      const addresses = targets.map((target) => target.address).join(",");
      return [`-A FORWARD -s ${source.address} -d ${addresses} -p ${flow.protocol}${match}${comment} -j ACCEPT`];
    });
  });
  return `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -p icmp -j ACCEPT
${input.map((rule) => `-A INPUT ${rule}\n`).join("")}-A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
${[...within, ...between].join("\n")}
COMMIT
`;
}
