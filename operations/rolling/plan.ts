import { factsOf, votersWith } from "../../components/services.ts";
import { UserError } from "../../core/errors.ts";
import type { Observation } from "../../core/health.ts";
import { type Inventory, type ServiceRecord, servicesOf } from "../../core/inventory.ts";

export type Action = "restart" | "stop" | "start";

/** The nodes to be taken, in this order; `together` when none of them comes back before the others are there. */
export interface Rolling {
  action: Action;
  nodes: ServiceRecord[];
  together: boolean;
}

/**
 * What is to be done, from what was observed: the service's nodes one failure domain after the other, or the one on `host`.
 *
 * @throws {UserError} when it must not be done
 */
export function planOf(
  inventory: Inventory,
  action: Action,
  members: ServiceRecord[],
  seen: readonly Observation[],
  { all = false }: { all?: boolean } = {},
): Rolling {
  const { service } = members[0]!;
  const { kind, vote } = factsOf(service);
  // It would leave the others of its host in the dark until each is started again.
  if (kind === "network") {
    throw new UserError(
      `A ${service} is what other services have their network from: it can't be taken alone. Expected a service, such as galera; what stands still is started by: trivet up ${inventory.environment}`,
    );
  }
  const state = (record: ServiceRecord): Pick<Observation, "fit" | "container" | "error"> =>
    seen.find((each) => each.service.container === record.container) ?? { fit: false, container: "unreachable" };
  const inOrder = inventory.domains.flatMap(({ name }) => members.filter(({ domain }) => domain === name));
  for (const record of inOrder) mustBeThere(inventory, action, record, state(record));

  // One that ends again and again is both: a stop ends that, and a start waits for it.
  const takes: Record<Action, (container: string) => boolean> = {
    restart: () => true,
    stop: (container) => ["running", "restarting", "paused"].includes(container),
    start: (container) => container !== "running",
  };
  const nodes = inOrder.filter((record) => takes[action](state(record).container));
  const quorum = vote !== undefined;
  const everyone = servicesOf(inventory, ...votersWith(service));
  const fit = everyone.filter((record) => state(record).fit);
  const majority = Math.floor(everyone.length / 2) + 1;
  if (action === "stop" && quorum && !all && nodes.length > 0) {
    const left = fit.filter((record) => !nodes.includes(record));
    if (left.length < majority) throw lastMajority(inventory, service, nodes, left, everyone.length);
  }
  return { action, nodes, together: action === "start" && quorum && fit.length < majority };
}

function mustBeThere(
  { environment }: Inventory,
  action: Action,
  record: ServiceRecord,
  { container, error }: Pick<Observation, "container" | "error">,
): void {
  const { host, service, endpoint } = record;
  if (container === "unreachable") {
    const why = error ? `can't be asked, so nothing was done: ${error}` : "does not answer: nothing was done.";
    throw new UserError(`${endpoint}, the Docker daemon of ${host}, ${why}`);
  }
  if (container === "missing" && action !== "stop") {
    throw new UserError(
      `There is no container of ${service} on ${host}: nothing was done. Make it: trivet up ${environment}`,
    );
  }
}

function lastMajority(
  { environment }: Inventory,
  service: string,
  nodes: readonly ServiceRecord[],
  left: readonly ServiceRecord[],
  size: number,
): UserError {
  const remaining = left.length ? `only ${left.map(({ host }) => host).join(", ")}` : "none";
  return new UserError(
    `Stopping ${service} on ${nodes.map(({ host }) => host).join(", ")} would leave ${remaining} of its ${size} nodes fit: no majority, so ${service} would serve nobody. ` +
      `Nothing was done. Stop one with --host <host>; or, when ${environment} is to do without, all with --all.`,
  );
}
