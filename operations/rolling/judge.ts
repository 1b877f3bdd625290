import type { Observation } from "../../checks/facts.ts";
import { steadyState } from "../../checks/steadyState.ts";
import type { Inventory, ServiceRecord } from "../../stacks/inventory.ts";

/** What a service can't be judged without: a DNS server answers the databases that are fit, an arbitrator votes with them. */
const judgedWith: Record<string, string[]> = {
  bind: ["galera"],
  proxy: ["icingaweb"],
  galera: ["galera-arbitrator"],
  "galera-arbitrator": ["galera"],
};

/** What has to be observed to judge a service: its members, and those of the services that it is measured by. */
export function observed({ services }: Pick<Inventory, "services">, service: string): ServiceRecord[] {
  const names = [service, ...(judgedWith[service] ?? [])];
  return services.filter((record) => names.includes(record.service));
}

/** What is wrong with a service as a whole, a sentence each: its members are not fit, or do not agree. */
export function problemsOf(inventory: Inventory, service: string, seen: readonly Observation[]): string[] {
  const others = judgedWith[service] ?? [];
  const { problems } = steadyState(inventory, seen);
  return problems.filter((problem) => !others.some((other) => problem.startsWith(`${other} on `)));
}

/**
 * Why a node must not be taken down now, a sentence each. It may be when all others are fit and agree with it, or when it is
 * the only one that is not fit: then a restart is what mends it.
 */
export function hindrances(inventory: Inventory, node: ServiceRecord, seen: readonly Observation[]): string[] {
  const unfit = unfitOf(node.service, seen);
  const others = unfit.filter(({ service }) => service.container !== node.container);
  if (others.length > 0) return others.map(why);
  return unfit.length > 0 ? [] : problemsOf(inventory, node.service, seen);
}

/** What a node that was started still lacks, a sentence each. As long as others stand still it need only be fit itself. */
export function lacks(inventory: Inventory, node: ServiceRecord, seen: readonly Observation[]): string[] {
  const unfit = unfitOf(node.service, seen);
  const standing = unfit.some(({ container }) => container !== "running");
  const missed = standing ? unfit.filter(({ service }) => service.container === node.container) : unfit;
  if (missed.length > 0) return missed.map(why);
  return standing ? [] : problemsOf(inventory, node.service, seen);
}

const unfitOf = (service: string, seen: readonly Observation[]) =>
  seen.filter((each) => each.service.service === service && !each.fit);

const why = ({ service, health, error }: Observation) =>
  `${named(service)} is not fit: ${health ? `${health.state}, ${health.detail}` : error}`;

export const named = ({ service, host, domain }: ServiceRecord) => `${service} on ${host} (${domain})`;
