import type { Health, Observation, Problem } from "../core/health.ts";
import type { ServiceName } from "./services.ts";

/** Helpers for the `steady.ts` of every service. */

/** The observations of some services that have health facts; a node without any is reported as unfit already. */
export const saidBy = (observations: readonly Observation[], ...services: readonly ServiceName[]) =>
  observations.filter((seen): seen is Observation & { health: Health } =>
    Boolean(seen.health && services.includes(seen.service.service)),
  );

/** Number of containers that some services should have, fit or not. */
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
