import { UserError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";

/** The zone of both masters. */
export const masterZone = "master";
/** The zone whose configuration every master and satellite gets. */
export const globalZone = "global-templates";

export interface Zone {
  name: string;
  /** Undefined for the masters'. */
  parent?: string;
  /** One, or two that share the work. An endpoint is named after its host. */
  endpoints: Host[];
}

/** Who monitors whom: the masters' zone, a zone named after each domain with satellites, a zone for each agent. */
export interface Topology {
  masters: Zone;
  satellites: Zone[];
  agents: Zone[];
}

/** Lays hosts out in zones, or refuses with a UserError. An agent's parent is its domain's satellites, else the masters. */
export function icingaTopology(hosts: { masters: Host[]; satellites: Host[]; agents: Host[] }): Topology {
  const { masters, satellites, agents } = hosts;
  if (masters.length !== 2 || masters[0]!.domain === masters[1]!.domain) {
    const given = masters.map(({ name, domain }) => `${name} in ${domain}`).join(", ") || "none";
    throw new UserError(
      `Icinga needs two masters in different failure domains, so that one watches on when the other's domain is down; given: ${given}.`,
    );
  }
  const domains = [...new Set(satellites.map(({ domain }) => domain))];
  const topology: Topology = {
    masters: { name: masterZone, endpoints: masters },
    satellites: domains.map((domain) => ({
      name: domain,
      parent: masterZone,
      endpoints: satellites.filter((host) => host.domain === domain),
    })),
    agents: agents.map((host) => ({
      name: host.name,
      parent: domains.includes(host.domain) ? host.domain : masterZone,
      endpoints: [host],
    })),
  };
  refuseCrowds(topology.satellites);
  refuseBadNames(topology);
  return topology;
}

/** Icinga's own rule: a zone of more than two endpoints is not supported. */
function refuseCrowds(satellites: Zone[]): void {
  for (const { name, endpoints } of satellites.filter((zone) => zone.endpoints.length > 2)) {
    const given = endpoints.map((host) => host.name).join(", ");
    throw new UserError(
      `Domain ${name} has ${endpoints.length} satellites (${given}); Icinga takes one or two in a zone.`,
    );
  }
}

function refuseBadNames({ masters, satellites, agents }: Topology): void {
  const hosts = [masters, ...satellites, ...agents].flatMap(({ endpoints }) => endpoints);
  for (const [index, { name }] of hosts.entries()) {
    if (hosts.findIndex((host) => host.name === name) !== index) {
      throw new UserError(
        `Host ${name} has two of the roles master, satellite and agent; one Icinga runs on a host: give it one.`,
      );
    }
  }
  const names = [...hosts, ...satellites].map(({ name }) => name);
  const odd = names.find((name) => !/^[a-z0-9][a-z0-9._-]*$/i.test(name));
  if (odd !== undefined) {
    throw new UserError(`"${odd}" can't name a host or zone of Icinga: expected letters, digits, ".", "_" and "-".`);
  }
  const zones = [masterZone, globalZone, ...satellites.map(({ name }) => name), ...agents.map(({ name }) => name)];
  for (const [index, name] of zones.entries()) {
    if (zones.indexOf(name) !== index) {
      throw new UserError(`Two Icinga zones would be named "${name}": rename the domain or the host of that name.`);
    }
  }
}

/** Every zone, parents first. */
export const allZones = ({ masters, satellites, agents }: Topology): Zone[] => [masters, ...satellites, ...agents];

/** The zone that a host's Icinga belongs to; undefined for a host without one. */
export function zoneOf(topology: Topology, host: string): Zone | undefined {
  return allZones(topology).find(({ endpoints }) => endpoints.some(({ name }) => name === host));
}
