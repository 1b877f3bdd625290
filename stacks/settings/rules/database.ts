import { galeraRules } from "../../../components/galera/settings.ts";
import { type Problem, pathText } from "../../../core/problem.ts";
import { touches } from "../../../core/schema.ts";
import { databaseArgs, placeOf } from "../database.ts";
import type { Draft } from "../draft.ts";

/**
 * What GaleraCluster would refuse one by one, all at once and by the settings' own paths. `wrong`: paths of what is wrong by itself,
 * on which no rule is built.
 */
export function databaseProblems(draft: Draft, wrong: readonly string[]): Problem[] {
  const args = databaseArgs(draft);
  return galeraRules
    .filter(({ reads }) => !reads.some((argument) => wrong.some((path) => touches(placeOf(argument), path))))
    .flatMap((rule) => rule.problems(args))
    .map(({ path, ...problem }) => ({ where: placeOf(pathText(path)), ...problem }));
}
