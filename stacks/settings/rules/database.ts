import { galeraProblems } from "../../../components/galera/settings.ts";
import { databaseSettings, settingOf } from "../database.ts";
import type { Rule } from "./rule.ts";

/** Reports what the component would refuse, together with all other problems and by the names of the settings. */
export const databaseRules: Rule = (draft) =>
  galeraProblems(databaseSettings(draft)).map(({ where, ...problem }) => ({
    where: `database.${settingOf[where] ?? where}`,
    given: named(problem.given),
    expected: named(problem.expected),
    mend: named(problem.mend),
  }));

const named = (text: string): string =>
  Object.entries(settingOf).reduce((all, [property, setting]) => all.replaceAll(property, setting), text);
