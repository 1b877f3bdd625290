import { experiments } from "../../../checks/experiments/index.ts";
import { nearest } from "../../../core/nearest.ts";
import type { Problem } from "../../../core/problem.ts";
import type { Draft } from "../draft.ts";

const names: readonly string[] = experiments.map(({ name }) => name);

export const chaosProblems = (draft: Draft): Problem[] => [
  ...byOneWord(draft),
  ...unknownExperiments(draft),
  ...tooWide(draft),
];

/** On real hosts nobody breaks things by a single word: each experiment that may run is named. */
function byOneWord({ allowChaos, lab }: Draft): Problem[] {
  if (allowChaos !== true || lab) return [];
  return [
    {
      where: "allowChaos",
      given: "true, for an environment of real hosts",
      expected: "the names of the experiments that may run here",
      mend: 'name them, such as ["database-kill"] (trivet chaos <environment> --list tells all), or remove allowChaos',
    },
  ];
}

function unknownExperiments({ allowChaos }: Draft): Problem[] {
  if (!Array.isArray(allowChaos)) return [];
  return allowChaos.flatMap((name, index) => {
    if (name === undefined || names.includes(name)) return [];
    const meant = nearest(name, names);
    return [
      {
        where: `allowChaos[${index}]`,
        given: `"${name}"`,
        expected: "the name of an experiment",
        mend: meant ? `write "${meant}"` : "trivet chaos <environment> --list tells all",
      },
    ];
  });
}

function tooWide({ chaos, domains }: Draft): Problem[] {
  const radius = chaos?.blastRadius;
  if (radius === undefined || domains.length === 0 || radius <= domains.length) return [];
  return [
    {
      where: "chaos.blastRadius",
      given: `${radius}, with ${domains.length} ${domains.length === 1 ? "domain" : "domains"}`,
      expected: "no more than there are failure domains",
      mend: `write ${domains.length} or less`,
    },
  ];
}
