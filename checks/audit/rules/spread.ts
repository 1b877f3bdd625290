import { allFacts, votersWith } from "../../../components/services.ts";
import type { Rule } from "../rule.ts";
import { running } from "../rule.ts";

/** What must be in several domains together, so that the loss of any one leaves a quorum or a stand-in. */
const LEAST = allFacts.flatMap(({ name, domains }) => (domains ? [{ services: votersWith(name), domains }] : []));

export const spread: Rule = {
  name: "spread",
  title: "no failure domain holds more of a service than the others can spare",
  of: running(...LEAST.flatMap(({ services }) => services)),
  ask: "container",
  judge: (answers) =>
    LEAST.flatMap(({ services, domains: least }) => {
      const [first, ...others] = answers.filter(({ service }) => services.includes(service.service));
      const alive = [first, ...others].filter((answer) => answer && JSON.parse(answer.said).State.Running);
      const domains = [...new Set(alive.map((answer) => answer!.service.domain))];
      if (!first || domains.length >= least) return [];
      return [
        {
          service: first.service,
          said: `${first.service.service} runs in ${domains.join(", ") || "no domain"} only`,
          expected: `in ${least} failure domains`,
          mend: "start what does not run, or give hosts of other domains its role",
        },
      ];
    }),
};
