import { checkName } from "../../../components/icinga/watched.ts";
import type { Role } from "../../../components/services.ts";
import { nearest } from "../../../core/nearest.ts";
import { type Problem, shown } from "../../../core/problem.ts";
import type { Sighting } from "../../watch/index.ts";
import { type Draft, withRole } from "../draft.ts";

/** What the watched hosts need of the settings. */
export function watchProblems(draft: Draft, watched: readonly Sighting[]): Problem[] {
  return [
    ...unknownDomainsOfGroups(draft),
    ...watched.flatMap((host) => unknownDomain(draft, host)),
    ...unwatchedDomains(draft, watched),
    ...watched.flatMap((host) => ownHost(draft, host)),
    ...watched.flatMap((host) => checksFromInside(draft, host)),
    ...watched.flatMap(unknownCredentials),
    ...(draft.monitoring?.backend === "ido" ? namesTooLong(watched) : []),
  ];
}

function unknownDomainsOfGroups({ domains, watch }: Draft): Problem[] {
  const known = domains.flatMap((each) => each.name ?? []);
  return Object.entries(watch?.domains ?? {})
    .filter(([, domain]) => !known.includes(domain as string))
    .map(([group, domain]) => {
      const meant = nearest(domain as string, known);
      return {
        where: `watch.domains.${group}`,
        given: `"${domain}"`,
        expected: `a name listed under domains: ${known.join(", ")}`,
        mend: meant ? `write "${meant}"` : "name one of these, or add it under domains",
      };
    });
}

/** What the IDO's columns of names hold: bytes of UTF-8, which it calls latin1 (docs/decisions/0025). It cuts the rest without a word. */
const idoName = 255;

function namesTooLong(watched: readonly Sighting[]): Problem[] {
  const places = new Map<string, { what: string; place: string }>();
  for (const { name, groups, checks, place } of watched) {
    places.set(name, { what: "host", place });
    for (const group of groups) if (!places.has(group)) places.set(group, { what: "group", place });
    for (const check of checks.map(checkName)) if (!places.has(check)) places.set(check, { what: "check", place });
  }
  return [...places]
    .map(([name, at]) => ({ name, ...at, bytes: Buffer.byteLength(name) }))
    .filter(({ bytes }) => bytes > idoName)
    .map(({ name, what, place, bytes }) => ({
      where: place,
      given: `the ${what} ${shown(name)}, whose name has ${bytes} bytes in UTF-8`,
      expected: `${idoName} bytes at the most with monitoring.backend: ido, whose tables hold no more (a letter such as "ö" has 2, "東" has 3)`,
      mend: "shorten the name, or take the backend icingadb",
    }));
}

function unknownDomain({ domains }: Draft, { name, domain, place }: Sighting): Problem[] {
  const known = domains.flatMap((each) => each.name ?? []);
  if (known.includes(domain)) return [];
  const meant = nearest(domain, known);
  return [
    {
      where: place,
      given: `host "${name}" in the domain "${domain}"`,
      expected: `a domain of the settings: ${known.join(", ")}`,
      mend: meant ? `write "${meant}"` : "name one of these, or add it under domains",
    },
  ];
}

/** A domain is watched from within, so that its hosts are seen when the way to it is cut. */
function unwatchedDomains(draft: Draft, watched: readonly Sighting[]): Problem[] {
  const covered = new Set(withRole(draft, "satellite").map(({ domain }) => domain));
  const known = draft.domains.flatMap(({ name }) => name ?? []);
  return [...Map.groupBy(watched, ({ domain }) => domain)]
    .filter(([domain]) => known.includes(domain) && !covered.has(domain))
    .map(([domain, hosts]) => ({
      where: "hosts",
      given: `no satellite in ${domain}, where ${hosts.length === 1 ? "a host is" : `${hosts.length} hosts are`} to be watched (${hosts[0]!.name}: ${hosts[0]!.place})`,
      expected: "a satellite in each domain with watched hosts",
      mend: `give a host in ${domain} the role satellite`,
    }));
}

/** A watched host with the name of one of ours is that one. */
function ownHost(draft: Draft, { name, address, domain, place }: Sighting): Problem[] {
  const own = draft.hosts.find((host) => host.name === name);
  if (!own) return [];
  const differ = (what: string, watched: string, settings?: string): Problem[] =>
    settings === undefined || watched === settings
      ? []
      : [
          {
            where: place,
            given: `host "${name}" with the ${what} ${watched}`,
            expected: `the ${what} of the host of that name in the settings: ${settings}`,
            mend: "correct one of the two, or give the watched host another name",
          },
        ];
  return [...differ("address", address, own.address), ...differ("domain", domain, own.domain)];
}

const withIcinga: Role[] = ["master", "satellite", "agent"];

function checksFromInside(draft: Draft, { name, checks, place }: Sighting): Problem[] {
  const own = draft.hosts.find((host) => host.name === name);
  if (own?.roles.some((role) => withIcinga.includes(role))) return [];
  return checks
    .filter((check) => check.kind === "disk" || check.kind === "load" || check.onAgent)
    .map((check) => ({
      where: place,
      given: `check "${checkName(check)}" (${check.kind}) of host "${name}", which runs no Icinga`,
      expected: "an Icinga on the host itself, where this check must run",
      mend: own
        ? `give ${name} the role agent in the settings`
        : "leave the check out, or list the host with the role agent in the settings",
    }));
}

/** The users that `mysql` checks can log in as: the program knows one, who may see the server's state and no data. */
const checkCredentials = ["monitor"];

function unknownCredentials({ name, checks, place }: Sighting): Problem[] {
  return checks.flatMap((check) => {
    if (check.kind !== "mysql" || checkCredentials.includes(check.credential ?? "monitor")) return [];
    return [
      {
        where: place,
        given: `check "${checkName(check)}" of host "${name}" with the credential "${check.credential}"`,
        expected: `one of ${checkCredentials.join(", ")}`,
        mend: "correct it, or leave it out",
      },
    ];
  });
}
