import { allFacts, type Role } from "../../../components/services.ts";
import { listed, type Problem } from "../../../core/problem.ts";
import type { ServiceFacts } from "../../../core/service.ts";
import { voteFaults } from "../../../core/votes.ts";
import { type Draft, type DraftHost, withRole } from "../draft.ts";
import type { Rule } from "./rule.ts";

/** How many hosts a role needs, and in how many failure domains. */
export const placementRules: Rule = (draft) => [
  ...votes(draft, "database", "database nodes"),
  ...votes(draft, "discovery", "Consul servers"),
  ...atLeastOne(draft, "time", "one host that serves the time"),
  ...exactly(draft, "master", 2, "two Icinga masters, of which one goes on when the other's domain is down"),
  ...atLeastOne(draft, "web", "one host with Icinga Web; two in different domains survive the loss of one"),
  ...exactly(draft, "entry", 1, "one entry, the one address for people"),
  ...spread(draft, "time", "hosts that serve the time"),
  ...apart(draft, "master", "Icinga masters"),
  ...apart(draft, "web", "hosts with Icinga Web"),
  ...fewSatellites(draft),
];

const names = (hosts: DraftHost[]) => listed(hosts.map(({ label }) => label));

function counted(hosts: DraftHost[], role: Role): string {
  if (hosts.length === 0) return `no host with the role ${role}`;
  return `${hosts.length} ${hosts.length === 1 ? "host" : "hosts"} with the role ${role} (${names(hosts)})`;
}

/** `2 of 3 database nodes in fd1 (db1, db2)` */
function inDomain(there: DraftHost[], all: DraftHost[], what: string, domain: string): string {
  return `${there.length === all.length ? "all" : `${there.length} of`} ${all.length} ${what} in ${domain} (${names(there)})`;
}

/** Domains by the hosts of a role in them; hosts without a right domain are left out. */
function byDomain(hosts: DraftHost[]): [domain: string, hosts: DraftHost[]][] {
  return [
    ...Map.groupBy(
      hosts.filter((host) => host.domain !== undefined),
      (host) => host.domain!,
    ),
  ];
}

/** Nodes that vote: an odd number, of which no domain holds the majority. */
function quorum(draft: Draft, role: Role, hosts: DraftHost[], what: string): Problem[] {
  const used = new Set(hosts.map(({ domain }) => domain));
  const free = draft.domains.flatMap(({ name }) => (name !== undefined && !used.has(name) ? name : []));
  return voteFaults(hosts).map((fault) =>
    fault.is === "count"
      ? {
          where: "hosts",
          given: counted(hosts, role),
          expected: `an odd number of ${what}, 3 or more, so that a majority remains when one is lost`,
          mend: `give the role to ${fault.more} more ${fault.more === 1 ? "host" : "hosts"}${free.length > 0 ? ` (none yet in ${listed(free)})` : ""}`,
        }
      : {
          where: "hosts",
          given: inDomain(fault.there, hosts, what, fault.domain),
          expected: "no domain with a majority of them, so that one can be lost",
          mend: `move ${fault.more} or more of them to other domains`,
        },
  );
}

/** One that only votes counts as a node does: two nodes and one of it are the least with which one can be lost. */
function votes(draft: Draft, role: Role & ServiceFacts["vote"], what: string): Problem[] {
  const nodes = withRole(draft, role);
  const other = allFacts.find(({ vote, onlyVotes }) => onlyVotes && vote === role)?.role;
  const others = other ? withRole(draft, other) : [];
  if (!other || others.length === 0) return quorum(draft, role, nodes, what);
  const where = "hosts";
  if (others.length > 1) {
    const expected = `one ${other} at the most: a second one makes the votes even again`;
    return [{ where, given: counted(others, other), expected, mend: "take the role from all but 1" }];
  }
  const all = [...nodes, ...others];
  const given = `${counted(nodes, role)} and ${counted(others, other)}`;
  if (nodes.length < 2) {
    const expected = `2 ${what} or more beside the ${other}, which holds no data`;
    return [{ where, given, expected, mend: `give a host in another domain the role ${role}` }];
  }
  if (all.length % 2 === 0) {
    const expected = `an odd number of votes, ${what} and ${other} together`;
    return [{ where, given, expected, mend: `take the role ${other} away, or give one more host the role ${role}` }];
  }
  return quorum(draft, role, all, `votes of the ${role}`);
}

function atLeastOne(draft: Draft, role: Role, expected: string): Problem[] {
  const hosts = withRole(draft, role);
  if (hosts.length > 0) return [];
  return [
    {
      where: "hosts",
      given: counted(hosts, role),
      expected: `at least ${expected}`,
      mend: `give a host the role ${role}`,
    },
  ];
}

function exactly(draft: Draft, role: Role, count: number, expected: string): Problem[] {
  const hosts = withRole(draft, role);
  if (hosts.length === count) return [];
  const mend =
    hosts.length < count
      ? `give ${count - hosts.length} more ${count - hosts.length === 1 ? "host" : "hosts"} the role ${role}`
      : `take the role from all but ${count}`;
  return [{ where: "hosts", given: counted(hosts, role), expected: `exactly ${expected}`, mend }];
}

/** Nodes of which one is enough: not all in one domain. */
function spread(draft: Draft, role: Role, what: string): Problem[] {
  const hosts = withRole(draft, role);
  const [only, ...others] = byDomain(hosts);
  if (hosts.length < 2 || !only || others.length > 0 || only[1].length < hosts.length) return [];
  return [
    {
      where: "hosts",
      given: inDomain(hosts, hosts, what, only[0]),
      expected: "different failure domains, so that one can be lost",
      mend: "move one of them to another domain",
    },
  ];
}

/** Nodes that stand in for each other: no two in one domain. */
function apart(draft: Draft, role: Role, what: string): Problem[] {
  const hosts = withRole(draft, role);
  return byDomain(hosts)
    .filter(([, there]) => there.length > 1)
    .map(([domain, there]) => ({
      where: "hosts",
      given: inDomain(there, hosts, what, domain),
      expected: "each in another failure domain, so that one goes on when the other's is down",
      mend: "move all but one of them to other domains",
    }));
}

/** Icinga's own rule: a zone of more than two endpoints is not supported. */
function fewSatellites(draft: Draft): Problem[] {
  return byDomain(withRole(draft, "satellite"))
    .filter(([, hosts]) => hosts.length > 2)
    .map(([domain, hosts]) => ({
      where: "hosts",
      given: `${hosts.length} satellites in ${domain} (${names(hosts)})`,
      expected: "one or two in a domain: Icinga takes no more in a zone",
      mend: "take the role from all but two",
    }));
}
