import type { Health, Observation, Problem } from "../core/health.ts";
import type { ServiceName } from "../core/service.ts";

/** What every service's `steady.ts` is written with. */

/** What was observed of some services, with what they say of themselves; a node that says nothing is unfit already. */
export const saidBy = (observations: readonly Observation[], ...services: readonly ServiceName[]) =>
  observations.filter((seen): seen is Observation & { health: Health } =>
    Boolean(seen.health && services.includes(seen.service.service)),
  );

/** How many there are to be of a service, fit or not. */
export const countOf = (observations: readonly Observation[], ...services: readonly ServiceName[]): number =>
  observations.filter(({ service: { service } }) => services.includes(service)).length;

export const where = ({ service: { service, host, domain } }: Observation) => `${service} on ${host} (${domain})`;

/** A problem of one node; the text goes on after its name. */
export const problem = (rule: string, node: Observation, text: string): Problem => ({
  rule,
  service: node.service.service,
  node,
  text: `${where(node)} ${text}`,
});

/** The same, where something is wrong. */
export const when = (wrong: unknown, rule: string, node: Observation, text: string): Problem[] =>
  wrong ? [problem(rule, node, text)] : [];

/** A problem of a service as a whole, where something is wrong. */
export const disagree = (wrong: unknown, rule: string, service: ServiceName, text: string): Problem[] =>
  wrong ? [{ rule, service, text }] : [];
