import ipaddr from "ipaddr.js";
import { isServiceName } from "../../../components/services.ts";
import { subnetHolding } from "../../../core/domain.ts";
import { nearest } from "../../../core/nearest.ts";
import type { Problem } from "../../../core/problem.ts";
import { router } from "../../../lab/facts.ts";
import type { Draft } from "../draft.ts";
import { labMachines } from "../lab.ts";
import { type Rule, repeated } from "./rule.ts";

export const hostRules: Rule = (draft) => [
  ...duplicateNames(draft),
  ...takenNames(draft),
  ...duplicateAddresses(draft),
  ...placed(draft).flatMap((place) => [...unknownDomain(draft, place), ...outsideSubnet(draft, place)]),
  ...endpoints(draft),
  ...adopted(draft),
];

/** What has a name and an address in a domain: hosts, and the lab's other machines. */
interface Placed {
  path: string;
  label: string;
  name?: string;
  domain?: string;
  address?: string;
}

function placed({ hosts, lab }: Draft): Placed[] {
  const machines = labMachines(lab).map(({ path, machine }) => ({ ...machine, path, label: machine?.name ?? path }));
  return [...hosts, ...machines];
}

const duplicateNames: Rule = (draft) =>
  repeated(placed(draft), ({ name }) => name).map(({ thing, earlier }) => ({
    where: `${thing.path}.name`,
    given: `"${thing.name}", which ${earlier.path} is named already`,
    expected: "a name of its own for each host",
    mend: "rename one of the two, or remove it",
  }));

/**
 * All names that Docker gives once are `trivet-<environment>-…`: of a host (its pod), of a host's service, of what there is once.
 * A host is refused whose pod would have the name of something else.
 */
const takenNames: Rule = (draft) => {
  const taken = new Map(draft.domains.flatMap(({ path, name }) => (name ? [[name, `${path} is named already`]] : [])));
  if (draft.lab) taken.set(router.name, "the lab's router is named already");
  taken.set("guard", "the chaos suite's guard is named");
  return placed(draft)
    .filter(({ name }) => name !== undefined)
    .flatMap(({ path, name }) => {
      const owner = placed(draft).find((other) => other.name !== undefined && isServiceOf(name!, other.name));
      const why = taken.get(name!) ?? (owner && `a service of ${owner.label} would be named`);
      if (!why) return [];
      return [
        {
          where: `${path}.name`,
          given: `"${name}", which ${why}`,
          expected: "a name that nothing else has",
          mend: "rename the host",
        },
      ];
    });
};

/** Whether a host of that name and a service of another host would have containers of one name: `db1-galera`. */
const isServiceOf = (name: string, host: string): boolean =>
  name.startsWith(`${host}-`) && isServiceName(name.slice(host.length + 1));

const duplicateAddresses: Rule = (draft) =>
  repeated(placed(draft), ({ address }) => address).map(({ thing, earlier }) => ({
    where: `${thing.path}.address`,
    given: `${thing.address}, which ${earlier.path} (${earlier.label}) has already`,
    expected: "an address of its own for each host",
    mend: "give one of the two another address",
  }));

function unknownDomain({ domains }: Draft, { path, domain }: Placed): Problem[] {
  const known = domains.flatMap(({ name }) => name ?? []);
  if (domain === undefined || known.includes(domain)) return [];
  const meant = nearest(domain, known);
  return [
    {
      where: `${path}.domain`,
      given: `"${domain}"`,
      expected: `a name listed under domains: ${known.join(", ") || "none is"}`,
      mend: meant ? `write "${meant}"` : `name one of these, or add "${domain}" under domains`,
    },
  ];
}

function outsideSubnet({ domains, lab }: Draft, { path, domain, address }: Placed): Problem[] {
  const subnets = domains
    .filter(({ name }) => name !== undefined && name === domain)
    .flatMap((own) => own.subnets.map(({ subnet }) => subnet));
  if (subnets.length === 0 || !address) return [];
  const where = `${path}.address`;
  const subnet = subnetHolding(subnets, address);
  if (!subnet) {
    return [
      {
        where,
        given: address,
        expected: `an address in ${subnets.join(" or ")}, the subnet${subnets.length > 1 ? "s" : ""} of its domain ${domain}`,
        mend: "correct the address, or the domain",
      },
    ];
  }
  const taken = Object.entries(reserved(subnet, lab !== undefined)).find(([, each]) => each === address)?.[0];
  if (!taken) return [];
  return [
    { where, given: `${address}, ${taken} of ${subnet}`, expected: "an address for a host", mend: "take another one" },
  ];
}

/** A cluster that is taken over is made of other machines than the hosts. */
function adopted({ database, hosts, lab }: Draft): Problem[] {
  const members = database?.adopt ?? [];
  if (lab && members.length > 0) {
    return [
      {
        where: "database.adopt",
        given: "members of a cluster elsewhere, for a lab",
        expected: "none: nothing leads out of a lab",
        mend: "remove it, or use real hosts",
      },
    ];
  }
  return members.flatMap((member, index) =>
    hosts
      .filter(
        ({ name, address }) => member && ((name && name === member.name) || (address && address === member.address)),
      )
      .map(({ label, name }) => ({
        where: `database.adopt[${index}].${name === member!.name ? "name" : "address"}`,
        given: `"${name === member!.name ? member!.name : member!.address}", which ${label} has`,
        expected: "a member on a machine of its own: two databases can't share the ports of one",
        mend: "give the database's role to another host, or rename the host",
      })),
  );
}

/** Addresses of a subnet that no host can have. The lab's router and Docker's gateway take the first two. */
function reserved(subnet: string, lab: boolean): Record<string, string> {
  const network = ipaddr.IPv4.networkAddressFromCIDR(subnet);
  const plus = (offset: number) => {
    const octets = [...network.octets];
    octets[3] = octets[3]! + offset;
    return octets.join(".");
  };
  return {
    "the first address": network.toString(),
    "the broadcast address": ipaddr.IPv4.broadcastAddressFromCIDR(subnet).toString(),
    ...(lab && { "Docker's gateway": plus(1), "the lab's router": plus(2) }),
  };
}

const endpoints: Rule = ({ hosts, lab }) => {
  if (lab) {
    return hosts
      .filter(({ endpoint }) => endpoint !== undefined)
      .map(({ path, endpoint }) => ({
        where: `${path}.endpoint`,
        given: `"${endpoint}" in an environment with a lab`,
        expected: "no endpoint: the lab makes all of its hosts on one Docker daemon",
        mend: "remove it, or remove lab to use real hosts",
      }));
  }
  const problems: Problem[] = [];
  for (const host of hosts) {
    // A wrong endpoint has been told already.
    if (host.endpoint === undefined && !host.endpointGiven) {
      problems.push({
        where: `${host.path}.endpoint`,
        given: "nothing",
        expected: 'the Docker endpoint of a real host, such as "ssh://trivet@10.1.0.11"',
        mend: "add it, or add lab to make all hosts on this machine",
      });
    }
    for (const index of host.publish?.keys() ?? []) {
      problems.push({
        where: `${host.path}.publish[${index}]`,
        given: "a port to publish, on a real host",
        expected: "nothing: the services of a real host listen on its own address",
        mend: "remove it",
      });
    }
  }
  const shared = repeated(hosts, ({ endpoint }) => endpoint).map(({ thing, earlier }) => ({
    where: `${thing.path}.endpoint`,
    given: `"${thing.endpoint}", which ${earlier.path} (${earlier.label}) has already`,
    expected: "a Docker daemon of its own for each host, since a host's services share its network",
    mend: "name another endpoint, or give its roles to one of the two hosts",
  }));
  return [...problems, ...shared];
};
