import { type Role, roles } from "../../components/services.ts";
import type { Domain } from "../../core/domain.ts";
import { nearest } from "../../core/nearest.ts";
import { type Sound, sound } from "../../core/schema.ts";
import { type HostSettings, type Settings, settingsSchema } from "./schema.ts";

/** A host as far as its settings are right. */
export type DraftHost = Omit<Sound<HostSettings>, "roles"> & {
  /** `hosts[2]` */
  path: string;
  /** For messages: the name, or the path where there is no right one. */
  label: string;
  roles: Role[];
  /** Whether an endpoint was given at all, right or wrong. */
  endpointGiven: boolean;
};

/** The settings as far as they are right by themselves: what the rules work on, so that one mistake hides no other. */
export interface Draft extends Omit<Sound<Settings>, "hosts" | "domains"> {
  /** `subnets` are all of a domain's, and where each is written: `domains[0].subnets[1]`. */
  domains: { path: string; name?: string; subnets: { path: string; subnet: string }[] }[];
  hosts: DraftHost[];
}

export function draftOf(values: Record<string, unknown>): Draft {
  const parts: Sound<Settings> = sound(settingsSchema, values) ?? {};
  const rawHosts = Array.isArray(values.hosts) ? values.hosts : [];
  return {
    ...parts,
    domains: (parts.domains ?? []).map((domain, index) => draftDomain(domain ?? {}, `domains[${index}]`)),
    hosts: (parts.hosts ?? []).map((host, index) => ({
      ...host,
      path: `hosts[${index}]`,
      label: host?.name ?? `hosts[${index}]`,
      roles: meantRoles(rawHosts[index]?.roles),
      endpointGiven: rawHosts[index]?.endpoint !== undefined,
    })),
  };
}

function draftDomain({ name, subnet, subnets = [] }: Sound<Domain>, path: string): Draft["domains"][number] {
  const listed = subnets.map((each, index) => ({ path: `${path}.subnets[${index}]`, subnet: each }));
  const all = [{ path: `${path}.subnet`, subnet }, ...listed];
  return { path, name, subnets: all.flatMap(({ path, subnet }) => (subnet === undefined ? [] : [{ path, subnet }])) };
}

/** A misspelt role counts as the one that was probably meant, so that it does not look like a missing node as well. */
function meantRoles(given: unknown): Role[] {
  if (!Array.isArray(given)) return [];
  const meant = given.map((role) => (typeof role === "string" ? nearest(role, roles) : undefined));
  return [...new Set(meant.filter((role) => role !== undefined))] as Role[];
}

export const withRole = (draft: Draft, role: Role): DraftHost[] =>
  draft.hosts.filter((host) => host.roles.includes(role));
