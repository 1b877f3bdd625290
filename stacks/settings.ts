import { basename, dirname } from "node:path";
import type { WatchedHost } from "../components/icinga/watched.ts";
import { nearest } from "../core/nearest.ts";
import { type Problem, ProblemsError, pathText } from "../core/problem.ts";
import { schemaProblems } from "../core/schema.ts";
import { draftOf } from "./settings/draft.ts";
import { chaosRules } from "./settings/rules/chaos.ts";
import { databaseProblems } from "./settings/rules/database.ts";
import { domainRules } from "./settings/rules/domains.ts";
import { hostRules } from "./settings/rules/hosts.ts";
import { placementRules } from "./settings/rules/placement.ts";
import { portRules } from "./settings/rules/ports.ts";
import { secretProblems } from "./settings/rules/secrets.ts";
import { watchProblems } from "./settings/rules/watch.ts";
import { type Settings, settingsSchema } from "./settings/schema.ts";
import { secretNames } from "./settings/secrets.ts";
import { readWatched } from "./watch/index.ts";

export type { Role } from "../core/service.ts";
export type { HostSettings, Settings } from "./settings/schema.ts";

export interface SettingsSource {
  /** Path of the settings file, for messages; the files to watch are found from its folder. */
  file: string;
  /** Top-level names of the `trivet:` namespace. */
  values: Record<string, unknown>;
  /** Those of them that are set as secrets: what they hold is never shown. */
  secrets?: ReadonlySet<string>;
}

export interface Environment {
  settings: Settings;
  /** What the files of `watch` name, in their order. */
  watched: WatchedHost[];
  /** Hosts of those files that are not watched, a sentence each. */
  notes: string[];
}

/**
 * Checks an environment's settings as a whole, together with the files of what to watch.
 * Throws one UserError that tells every problem.
 */
export function readSettings({ file, values, secrets = new Set() }: SettingsSource): Environment {
  const { settingValues, secretValues } = apart(values);
  const draft = draftOf(settingValues);
  const {
    hosts: sightings,
    problems: watchFileProblems,
    notes,
  } = readWatched(draft.watch ?? {}, {
    folder: dirname(file),
    domains: draft.domains.flatMap(({ name, subnet }) => (name ? [{ name, subnet }] : [])),
  });
  const wrong = fieldProblems(settingValues, secrets);
  const problems: Problem[] = [
    ...wrong,
    ...databaseProblems(
      draft,
      wrong.map(({ where }) => where),
    ),
    ...domainRules(draft),
    ...hostRules(draft),
    ...placementRules(draft),
    ...portRules(draft),
    ...chaosRules(draft),
    ...secretProblems(draft.secrets ?? "generated", secretValues, secrets, environmentOf(file)),
    ...watchFileProblems,
    ...watchProblems(draft, sightings),
  ];
  if (problems.length > 0) throw new ProblemsError(`Settings in ${basename(file)}`, problems);
  const watched = sightings.map(({ place, ...host }) => host);
  return { settings: settingsSchema.parse(settingValues), watched, notes };
}

/** Secrets lie beside the settings, under names of their own. */
function apart(values: Record<string, unknown>) {
  const isSecret = ([name]: [string, unknown]) => name in secretNames;
  const entries = Object.entries(values);
  return {
    settingValues: Object.fromEntries(entries.filter((entry) => !isSecret(entry))),
    secretValues: Object.fromEntries(entries.filter(isSecret)),
  };
}

/** `dev` of `Pulumi.dev.yaml`. */
const environmentOf = (file: string): string => basename(file).replace(/^Pulumi\.|\.yaml$/g, "");

function fieldProblems(values: Record<string, unknown>, secrets: ReadonlySet<string>): Problem[] {
  return schemaProblems(settingsSchema, values).map(({ path, ...problem }) => {
    const [top = "", ...below] = path.map(String);
    const meant = below.length === 0 && !(top in settingsSchema.shape) && nearest(top, Object.keys(secretNames));
    return {
      where: pathText(path),
      ...problem,
      ...(secrets.has(top) && (below.length > 0 || top in settingsSchema.shape) && { given: "a secret" }),
      ...(meant && { mend: `write "${meant}"` }),
    };
  });
}
