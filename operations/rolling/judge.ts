import { factsOf, othersVoting, type ServiceName } from "../../components/services.ts";
import type { Observation, Problem } from "../../core/health.ts";
import { type Inventory, type ServiceRecord, servicesOf } from "../../core/inventory.ts";
import { steadyState } from "../../health/steadyState.ts";

/** The other services that a judgement of this one needs: those that vote with it, and those that it answers for. */
const judgedWith = (service: ServiceName): ServiceName[] => [
  ...othersVoting(service),
  ...(factsOf(service).judgedWith ?? []),
];

/** All containers to observe in order to judge a service: its own, and those of the services that its judgement needs. */
export function observed(inventory: Pick<Inventory, "services">, service: ServiceName): ServiceRecord[] {
  return servicesOf(inventory, service, ...judgedWith(service));
}

/** Why a service as a whole is not well: its members are not fit, or do not agree. */
export function problemsOf(inventory: Inventory, service: ServiceName, seen: readonly Observation[]): Problem[] {
  const others = judgedWith(service);
  const { problems } = steadyState(inventory, seen);
  return problems.filter(({ node }) => !node || !others.includes(node.service.service));
}

/**
 * Why a node must not be taken down now. It may be when all others are fit and agree with it, or when it is the only one that
 * is not fit: then a restart is what mends it.
 */
export function hindrances(inventory: Inventory, node: ServiceRecord, seen: readonly Observation[]): Problem[] {
  const unfit = unfitOf(node.service, seen);
  const others = unfit.filter(({ service }) => service.container !== node.container);
  if (others.length > 0) return others.map(why);
  return unfit.length > 0 ? [] : problemsOf(inventory, node.service, seen);
}

/** Why nodes that were started are not back yet. As long as others do not run, these need only be fit themselves. */
export function lacks(inventory: Inventory, nodes: readonly ServiceRecord[], seen: readonly Observation[]): Problem[] {
  const { service } = nodes[0]!;
  const unfit = unfitOf(service, seen);
  const own = unfit.filter((each) => nodes.some(({ container }) => container === each.service.container));
  const standing = unfit.some((each) => each.container !== "running" && !own.includes(each));
  const missed = standing ? own : unfit;
  if (missed.length > 0) return missed.map(why);
  return standing ? [] : problemsOf(inventory, service, seen);
}

const unfitOf = (service: ServiceName, seen: readonly Observation[]) =>
  seen.filter((each) => each.service.service === service && !each.fit);

function why(node: Observation): Problem {
  const { service, health, error, ended } = node;
  const said = [health ? `${health.state}, ${health.detail}` : error, ended].filter(Boolean).join("; ");
  return { rule: "unfit", service: service.service, node, text: `${named(service)} is not fit: ${said}` };
}

export const named = ({ service, host, domain }: ServiceRecord) => `${service} on ${host} (${domain})`;
