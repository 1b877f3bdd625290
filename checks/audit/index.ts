import pLimit from "p-limit";
import type { Inventory, ServiceRecord } from "../../core/inventory.ts";
import { ask } from "./ask.ts";
import type { Answer, Problem, Rule } from "./rule.ts";
import { rules } from "./rules/index.ts";

export { rules } from "./rules/index.ts";

/** Questions under way at a time: more only makes each slower. */
const CONCURRENCY = 12;

/** One thing that a running service uses and must not, named by the rule that found it. */
export interface Finding {
  rule: string;
  host: string;
  service: string;
  said: string;
  expected: string;
  mend: string;
}

/**
 * Looks at what every service of an environment really uses, from inside, and judges it by all rules (or those given).
 * Never rejects: a container that can't be asked is a finding, too.
 */
export async function audit(inventory: Inventory, chosen: readonly Rule[] = rules): Promise<Finding[]> {
  const limit = pLimit(CONCURRENCY);
  const found = await Promise.all(
    chosen.map(async (rule) => {
      const asked = await Promise.all(
        rule
          .of(inventory)
          .map((service) => limit(() => ask(service, rule.ask)).then(answered(service), silent(service))),
      );
      return [...asked.flatMap(({ problem }) => problem ?? []), ...judge(rule, asked, inventory)].map((problem) =>
        finding(rule, problem),
      );
    }),
  );
  return found.flat();
}

interface Asked {
  answer?: Answer;
  problem?: Problem;
}

const answered =
  (service: ServiceRecord) =>
  (said: string): Asked => ({ answer: { service, said } });

const silent =
  (service: ServiceRecord) =>
  (error: Error): Asked => ({
    problem: {
      service,
      said: `can't be asked: ${error.message}`,
      expected: "an answer",
      mend: `see that it runs and answers: trivet logs <environment> ${service.service} --host ${service.host}`,
    },
  });

const judge = (rule: Rule, asked: readonly Asked[], inventory: Inventory): Problem[] =>
  rule.judge(
    asked.flatMap(({ answer }) => answer ?? []),
    inventory,
  );

const finding = ({ name }: Rule, { service: { host, service }, said, expected, mend }: Problem): Finding => ({
  rule: name,
  host,
  service,
  said,
  expected,
  mend,
});
