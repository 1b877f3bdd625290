import ipaddr from "ipaddr.js";
import { receiver, receiverPort } from "../../components/receiver/facts.ts";
import type { Role } from "../../components/services.ts";
import type { Plan, PlannedDomain, PlannedHost } from "./plan.ts";

/** What a lab runs, as dev does: where votes are counted in three domains, what people look at in two, satellites in all. */
const labShape: readonly { name: string; last: number; roles: Role[]; domains: number }[] = [
  { name: "db", last: 11, roles: ["database"], domains: 3 },
  { name: "dns", last: 53, roles: ["discovery", "time"], domains: 3 },
  { name: "mon", last: 31, roles: ["master"], domains: 2 },
  { name: "sat", last: 41, roles: ["satellite"], domains: Number.POSITIVE_INFINITY },
  { name: "web", last: 81, roles: ["web"], domains: 2 },
];

/**
 * The hosts of a lab: dev's in `domains`, and the entry in the last of them where there are more than three, as people's own.
 *
 * @param taken names that hosts can't have: those of domains, and of what is watched
 * @param watched the domains in which something is watched
 */
export function labHosts(
  domains: readonly PlannedDomain[],
  taken: ReadonlySet<string>,
  watched: ReadonlySet<string>,
): PlannedHost[] {
  const people = peoplesOf(domains);
  const sites =
    domains.length > 3 ? domains.filter((domain) => domain !== people || watched.has(domain.name)) : domains;
  const shaped = labShape.flatMap(({ name, last, roles, domains: count }) =>
    sites.slice(0, count).map((domain, index) => ({ name: `${name}${index + 1}`, domain, last, roles })),
  );
  const all = [...shaped, { name: "entry", domain: people, last: 10, roles: ["entry"] as Role[] }];
  const prefix = all.some(({ name }) => taken.has(name)) ? "trivet-" : "";
  const places = Map.groupBy(all, ({ domain }) => domain);
  return all.map(({ name, domain, last, roles }) => ({
    name: `${prefix}${name}`,
    domain: domain.name,
    address: addressIn(
      domain.subnet,
      last,
      places.get(domain)!.findIndex((each) => each.name === name),
    ),
    roles,
  }));
}

/** Where people are: in a domain of their own, as long as three are left. */
const peoplesOf = (domains: readonly PlannedDomain[]) => (domains.length > 3 ? domains.at(-1)! : domains[0]!);

/** What stands for a pager in a lab, beside the entry, and who is told: it. */
export function labPager(
  domains: readonly PlannedDomain[],
  hosts: readonly PlannedHost[],
  taken: ReadonlySet<string>,
): Required<Pick<Plan, "lab" | "notify">> {
  const people = peoplesOf(domains);
  const name = ["pager", "trivet-pager"].find((each) => !taken.has(each)) ?? "trivet-pager-2";
  const there = hosts.filter(({ domain }) => domain === people.name).length;
  const address = addressIn(people.subnet, 20, there);
  const machine = {
    setting: receiver.name,
    about: "In place of a pager: what it is told is in /var/lib/trivet/notifications.jsonl of its container.",
    place: { name, domain: people.name, address },
  };
  return { lab: { machines: [machine] }, notify: `http://${address}:${receiverPort}/` };
}

/** `.<last>` of a subnet of 256 addresses or more; of a smaller one that `index` behind the router's. */
function addressIn(subnet: string, last: number, index: number): string {
  const [network, bits] = ipaddr.IPv4.parseCIDR(subnet);
  const octets = [...network.octets];
  octets[3] = octets[3]! + (bits <= 24 ? last : 3 + index);
  return octets.join(".");
}

/**
 * Gives hosts their roles: what votes on the first host of each of three domains, Icinga's masters and its web pages in two of
 * them, a satellite in each domain, the entry in the first domain without any of these, else in the first one. Hosts that nothing is left for
 * are agents. Where there are too few hosts, the settings' checks say what is missing.
 */
export function withRoles(hosts: readonly Omit<PlannedHost, "roles">[]): PlannedHost[] {
  const domains = [...Map.groupBy(hosts, ({ domain }) => domain).values()];
  // Two hosts, so that a satellite stands beside the master: both are an Icinga, and a host has one.
  const roomy = domains.slice(0, 3).filter((there) => there.length > 1);
  const leading = [...roomy, ...domains.slice(0, 3).filter((there) => there.length === 1)].slice(0, 2);
  const entry = domains[3] ?? leading[0];
  const roles = new Map<object, Role[]>();
  for (const [index, there] of domains.entries()) {
    const leads = leading.includes(there);
    const slots: Role[][] = [
      ...(index < 3 ? ([["database"], ["discovery", "time"]] satisfies Role[][]) : []),
      ...(leads ? ([["master"]] satisfies Role[][]) : []),
      ...(leads && there.length === 1 ? [] : ([["satellite"]] satisfies Role[][])),
      ...(leads ? ([["web"]] satisfies Role[][]) : []),
      ...(there === entry ? ([["entry"]] satisfies Role[][]) : []),
    ];
    for (const [place, slot] of slots.entries()) {
      let host = there[Math.floor((place * there.length) / slots.length)]!;
      if (slot.includes("satellite") && roles.get(host)?.includes("master")) host = there.at(-1)!;
      roles.set(host, [...(roles.get(host) ?? []), ...slot]);
    }
  }
  return hosts.map((host) => ({ ...host, roles: roles.get(host) ?? ["agent"] }));
}
