import type { Rule } from "./rule.ts";

/** On real hosts nobody breaks things by a single word: each experiment that may run is named. */
export const chaosRules: Rule = ({ allowChaos, lab }) =>
  allowChaos === true && !lab
    ? [
        {
          where: "allowChaos",
          given: "true, for an environment of real hosts",
          expected: "the names of the experiments that may run here",
          mend: 'name them, such as ["database-kill"] (trivet chaos <environment> --list tells all), or remove allowChaos',
        },
      ]
    : [];
