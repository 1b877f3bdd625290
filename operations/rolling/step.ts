import pRetry from "p-retry";
import { dockerAt } from "../../checks/endpoint.ts";
import type { Observation } from "../../checks/facts.ts";
import { probe } from "../../checks/probe.ts";
import type { Inventory, ServiceRecord } from "../../stacks/inventory.ts";
import { hindrances, lacks, named, observed } from "./judge.ts";
import { type Action, type Rolling, RollingStopped } from "./plan.ts";

/** Milliseconds that a node may take to come back: a state transfer may take its time. */
const BACK = 300_000;
/** Milliseconds in which those that are well settle, when one look found them otherwise: DNS answers are 4 s old at most. */
const SETTLED = 30_000;

type Say = (progress: string) => void;

/** Looks at all that a service is judged by, once. */
export function observe(inventory: Inventory, service: string): Promise<Observation[]> {
  return probe(inventory, observed(inventory, service));
}

/**
 * Takes one node of a plan: not before the others are as they should be, and until it is back.
 *
 * @throws {RollingStopped} with what to do, when the others are not well or it does not come back
 */
export async function take(inventory: Inventory, plan: Rolling, node: ServiceRecord, say: Say): Promise<void> {
  const { action, nodes, together } = plan;
  const untouched = nodes.slice(nodes.indexOf(node) + 1);
  if (action === "restart") {
    const wrong = await settle(inventory, node, hindrances, SETTLED, say);
    if (wrong.length) throw new RollingStopped(notNow(inventory, action, node, wrong, [node, ...untouched]));
  }
  say({ restart: "restarts", stop: "stops", start: "starts" }[action]);
  await act(action, node);
  // Started together, none is fit before all are there: the last one waits for them.
  if (action === "stop" || (together && untouched.length > 0)) return;
  const wrong = await settle(inventory, node, lacks, BACK, say);
  if (wrong.length) throw new RollingStopped(notBack(inventory, action, node, wrong, untouched));
}

/** Docker's own waiting: the container's stop timeout counts. */
async function act(action: Action, { endpoint, container }: ServiceRecord): Promise<void> {
  const it = dockerAt(endpoint).getContainer(container);
  await { restart: () => it.restart(), stop: () => it.stop(), start: () => it.start() }[action]();
}

/** Waits until nothing is wrong any more; what still is after `patience` ms. */
async function settle(
  inventory: Inventory,
  node: ServiceRecord,
  judge: typeof lacks,
  patience: number,
  say: Say,
): Promise<string[]> {
  let wrong: string[] = [];
  const look = async () => {
    wrong = judge(inventory, node, await observe(inventory, node.service));
    if (wrong.length === 0) return;
    say(`waiting: ${wrong[0]}`);
    throw new Error(wrong[0]);
  };
  const options = { retries: patience / 500, factor: 1, minTimeout: 500, maxRetryTime: patience };
  await pRetry(look, options).catch((error) => {
    if (wrong.length === 0) throw error;
  });
  return wrong;
}

const list = (nodes: readonly ServiceRecord[]) => nodes.map(({ host }) => host).join(", ");
const lines = (sentences: readonly string[]) => sentences.map((sentence) => `  - ${sentence}`).join("\n");

function notNow(
  { environment }: Inventory,
  action: Action,
  node: ServiceRecord,
  wrong: readonly string[],
  untouched: readonly ServiceRecord[],
): string {
  return `${named(node)} is not taken down: the others are not as they should be.
${lines(wrong)}
Left untouched: ${list(untouched)}. Mend that first (one that is not fit: trivet ${action} ${node.service} --env ${environment} --host <host>), then the same command again.`;
}

function notBack(
  { environment }: Inventory,
  action: Action,
  node: ServiceRecord,
  wrong: readonly string[],
  untouched: readonly ServiceRecord[],
): string {
  const { service, host } = node;
  return `${named(node)} is not back after ${BACK / 1000} s.
${lines(wrong)}
${untouched.length ? `Left untouched: ${list(untouched)}. ` : ""}See what it says: trivet logs ${service} --env ${environment} --host ${host}
Once it is fit, the same command again${action === "restart" ? " takes all of them anew" : " goes on"}.`;
}
