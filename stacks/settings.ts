import { isIPv6 } from "node:net";
import { totalmem } from "node:os";
import { basename, dirname } from "node:path";
import type { WatchedHost } from "../components/icinga/watched.ts";
import { nearest } from "../core/nearest.ts";
import { type Problem, ProblemsError, pathText } from "../core/problem.ts";
import { schemaProblems } from "../core/schema.ts";
import { draftOf } from "./settings/draft.ts";
import { chaosProblems } from "./settings/rules/chaos.ts";
import { databaseProblems } from "./settings/rules/database.ts";
import { dnsRules } from "./settings/rules/dns.ts";
import { domainRules } from "./settings/rules/domains.ts";
import { hostRules } from "./settings/rules/hosts.ts";
import { machineProblems } from "./settings/rules/machine.ts";
import { placementRules } from "./settings/rules/placement.ts";
import { portRules } from "./settings/rules/ports.ts";
import { secretProblems } from "./settings/rules/secrets.ts";
import { upstreamRules } from "./settings/rules/upstream.ts";
import { watchProblems } from "./settings/rules/watch.ts";
import { type Settings, settingsSchema } from "./settings/schema.ts";
import { secretNames } from "./settings/secrets.ts";
import { readWatched, type Sighting } from "./watch/index.ts";

export type { Role } from "../components/services.ts";
export type { HostSettings, Settings } from "./settings/schema.ts";

export interface SettingsSource {
  /** Path of the settings file, for messages; the files to watch are found from its folder. */
  file: string;
  /** Top-level names of the `trivet:` namespace. */
  values: Record<string, unknown>;
  /** Those of them that are set as secrets: what they hold is never shown. */
  secrets?: ReadonlySet<string>;
  /** Names in the file that are of another namespace, with it. */
  strangers?: readonly string[];
  /** Bytes of memory of this machine; asked of it unless given. */
  memory?: number;
}

export interface Environment {
  settings: Settings;
  /** What the files of `watch` name, in their order. */
  watched: WatchedHost[];
  /** What of those files is left out, hosts and files of variables, or can't be reached, a sentence each. */
  notes: string[];
}

/**
 * Checks an environment's settings as a whole, together with the files of what to watch.
 * Throws one UserError that tells every problem.
 */
export function readSettings({
  file,
  values,
  secrets = new Set(),
  strangers = [],
  memory = totalmem(),
}: SettingsSource): Environment {
  const { settingValues, secretValues } = apart(values);
  const draft = draftOf(settingValues);
  const {
    hosts: sightings,
    problems: watchFileProblems,
    notes,
  } = readWatched(draft.watch ?? {}, {
    folder: dirname(file),
    domains: draft.domains.flatMap(({ name, subnets }) =>
      name ? [{ name, subnets: subnets.map(({ subnet }) => subnet) }] : [],
    ),
    groups: draft.watch?.domains as Record<string, string> | undefined,
  });
  const wrong = fieldProblems(settingValues, secrets);
  const problems: Problem[] = [
    ...strangers.flatMap(misspeltNamespace),
    ...wrong,
    ...databaseProblems(
      draft,
      wrong.map(({ where }) => where),
    ),
    ...domainRules(draft),
    ...dnsRules(draft),
    ...hostRules(draft),
    ...placementRules(draft),
    ...portRules(draft),
    ...chaosProblems(draft),
    ...upstreamRules(draft),
    ...machineProblems(draft, memory),
    ...secretProblems(draft.secrets ?? "generated", secretValues, secrets, environmentOf(file)),
    ...watchFileProblems,
    ...watchProblems(draft, sightings),
  ];
  if (problems.length > 0) throw new ProblemsError(`Settings in ${basename(file)}`, problems);
  const watched = sightings.map(({ place, ...host }) => host);
  return {
    settings: settingsSchema.parse(settingValues),
    watched,
    notes: [...notes, ...(draft.lab ? unreached(sightings) : [])],
  };
}

/** Nothing in a lab reaches an address of IPv6; how it is with real hosts is the site's own. */
const unreached = (sightings: readonly Sighting[]): string[] =>
  sightings
    .filter(({ address }) => isIPv6(address))
    .map(
      ({ name, address, place }) =>
        `${place}: no check reaches "${name}" at ${address}: the networks of a lab have IPv4 alone.`,
    );

/** Secrets lie beside the settings, under names of their own. */
function apart(values: Record<string, unknown>) {
  const isSecret = ([name]: [string, unknown]) => name in secretNames;
  const entries = Object.entries(values);
  return {
    settingValues: Object.fromEntries(entries.filter((entry) => !isSecret(entry))),
    secretValues: Object.fromEntries(entries.filter(isSecret)),
  };
}

/** Names of other namespaces are other providers' own; one that is nearly ours was meant to be ours. */
function misspeltNamespace(key: string): Problem[] {
  const [namespace = "", ...name] = key.split(":");
  if (!nearest(namespace, ["trivet"])) return [];
  const mend = `write "trivet:${name.join(":")}"`;
  return [{ where: key, given: `the unknown namespace "${namespace}"`, expected: "trivet", mend }];
}

/** What a password is, is never told. */
const hides = (path: readonly string[]) => /password$/i.test(path.at(-1)!);
/** `dev` of `Pulumi.dev.yaml`. */
const environmentOf = (file: string): string => basename(file).replace(/^Pulumi\.|\.yaml$/g, "");

function fieldProblems(values: Record<string, unknown>, secrets: ReadonlySet<string>): Problem[] {
  return schemaProblems(settingsSchema, values).map(({ path, ...problem }) => {
    const [top = "", ...below] = path.map(String);
    const meant = below.length === 0 && !(top in settingsSchema.shape) && nearest(top, Object.keys(secretNames));
    return {
      where: pathText(path),
      ...problem,
      ...(((secrets.has(top) && (below.length > 0 || top in settingsSchema.shape)) ||
        (below.length > 0 && hides(below))) && {
        given: "a secret",
      }),
      ...(meant && { mend: `write "${meant}"` }),
    };
  });
}
