import type { Rule } from "../rule.ts";
import { running } from "../rule.ts";

/** Domains that a service must be in, so that the loss of any one leaves a quorum or a stand-in. */
const LEAST: Record<string, number> = { galera: 3, "consul-server": 3, bind: 3, "icinga-master": 2, icingaweb: 2 };

export const spread: Rule = {
  name: "spread",
  title: "no failure domain holds more of a service than the others can spare",
  of: running(...Object.keys(LEAST)),
  ask: "container",
  judge: (answers) =>
    Object.entries(LEAST).flatMap(([name, least]) => {
      const [first, ...others] = answers.filter(({ service }) => service.service === name);
      const alive = [first, ...others].filter((answer) => answer && JSON.parse(answer.said).State.Running);
      const domains = [...new Set(alive.map((answer) => answer!.service.domain))];
      if (!first || domains.length >= least) return [];
      return [
        {
          service: first.service,
          said: `${name} runs in ${domains.join(", ") || "no domain"} only`,
          expected: `in ${least} failure domains`,
          mend: "start what does not run, or give hosts of other domains its role",
        },
      ];
    }),
};
