import pRetry, { AbortError } from "p-retry";
import { galera } from "../../components/galera/facts.ts";
import type { ServiceName } from "../../components/services.ts";
import { Failure } from "../../core/errors.ts";
import type { Observation, Problem } from "../../core/health.ts";
import type { Inventory, ServiceRecord } from "../../core/inventory.ts";
import { every } from "../../core/retry.ts";
import { probe } from "../../health/probe.ts";
import { adviceOn, reasonOf } from "../../health/reason.ts";
import { dockerAt } from "../../hosts/endpoint.ts";
import { steadiness } from "../../hosts/life.ts";
import { hindrances, lacks, named, observed } from "./judge.ts";
import type { Action, Rolling } from "./plan.ts";

/** Milliseconds that a node may take to come back. */
const BACK = 300_000;
/** Milliseconds for which a node that was started must be fit, in one life, before it is believed to be back. */
const STEADY = 3_000;
/** How often Docker may start a node again before nobody waits for it any longer: it has tried for a minute by then. */
const RESTARTS = 10;
/** Milliseconds in which those that are well settle, when one look found them otherwise: DNS answers are 4 s old at most. */
const SETTLED = 30_000;

type Say = (progress: string) => void;

/** Looks at all that a service is judged by, once. */
export function observe(inventory: Inventory, service: ServiceName): Promise<Observation[]> {
  return probe(inventory, observed(inventory, service), { apart: true });
}

/**
 * Takes one node of a plan: not before the others are as they should be, and until it is back.
 *
 * @throws {Failure} with what to do, when the others are not well or it does not come back
 */
export async function take(inventory: Inventory, plan: Rolling, node: ServiceRecord, say: Say): Promise<void> {
  const { action, nodes, together } = plan;
  const taken = nodes.slice(0, nodes.indexOf(node) + 1);
  const untouched = nodes.slice(taken.length);
  if (action === "restart") {
    const wrong = await settle(inventory, node, (seen) => hindrances(inventory, node, seen), {
      patience: SETTLED,
      say,
    });
    if (wrong.length) throw new Failure(notNow(inventory, node, wrong, [node, ...untouched]));
  }
  say({ restart: "restarts", stop: "stops", start: "starts" }[action]);
  await act(action, node);
  // Started together, none is fit before all are there: the last one waits for them.
  if (action === "stop" || (together && untouched.length > 0)) return;
  const wrong = await settle(inventory, node, untilBack(inventory, taken), {
    patience: patienceFor(inventory, node),
    restarts: RESTARTS,
    say,
  });
  if (wrong.length) throw new Failure(notBack(inventory, action, node, wrong, untouched));
}

/** A database node may have to take a state transfer, which its settings know best. */
const patienceFor = ({ database }: Inventory, { service }: ServiceRecord): number =>
  service === galera.name ? Math.max(BACK, (database.joinTimeout ?? 0) * 1000) : BACK;

/** Docker's own waiting: the container's stop timeout counts. */
async function act(action: Action, { endpoint, container }: ServiceRecord): Promise<void> {
  const it = dockerAt(endpoint).getContainer(container);
  const start = () =>
    it.start().catch((error) => {
      // Docker is about to start it by itself.
      if (error.statusCode !== 304) throw error;
    });
  await { restart: () => it.restart(), stop: () => it.stop(), start }[action]();
}

/**
 * Judges again and again whether nodes that were started are back: nothing is missing, and each has been fit for a while in
 * one life, since a single look may find it between two ends.
 */
export function untilBack(inventory: Inventory, nodes: readonly ServiceRecord[], steady = STEADY): Judge {
  const judges = new Map(nodes.map(({ container }) => [container, steadiness(steady, { every: true })]));
  return (seen) => {
    const wrong = lacks(inventory, nodes, seen);
    const shaky = seen.filter(({ service, life, fit }) => {
      const isSteady = judges.get(service.container);
      return isSteady && life && !isSteady(life, fit) && fit;
    });
    if (wrong.length > 0) return wrong;
    return shaky.map((node) => ({
      rule: "unsteady",
      service: node.service.service,
      node,
      text: `${named(node.service)} is fit, but not yet for ${steady / 1_000} s`,
    }));
  };
}

/** Finds the problems in one look at the nodes. */
type Judge = (seen: readonly Observation[]) => Problem[];

/** Waits until nothing is wrong any more; what still is after `patience` ms, or once a node was started again so often. */
async function settle(
  inventory: Inventory,
  node: ServiceRecord,
  judge: Judge,
  { patience, restarts = Number.POSITIVE_INFINITY, say }: { patience: number; restarts?: number; say: Say },
): Promise<Problem[]> {
  let wrong: Problem[] = [];
  const look = async () => {
    wrong = judge(await observe(inventory, node.service));
    if (wrong.length === 0) return;
    const { text } = wrong[0]!;
    say(`waiting: ${text}`);
    const hopeless = wrong.some((problem) => !problem.node?.fit && (problem.node?.life?.restarts ?? 0) >= restarts);
    throw hopeless ? new AbortError(text) : new Error(text);
  };
  await pRetry(look, every(500, patience)).catch((error) => {
    if (wrong.length === 0) throw error;
  });
  return wrong;
}

const list = (nodes: readonly ServiceRecord[]) => nodes.map(({ host }) => host).join(", ");
const lines = (problems: readonly Problem[]) => problems.map(({ text }) => `  - ${text}`).join("\n");

function notNow(
  { environment }: Inventory,
  node: ServiceRecord,
  wrong: readonly Problem[],
  untouched: readonly ServiceRecord[],
): string {
  const reason = reasonOf(wrong);
  const alone =
    reason?.container === "running" && !reason.fit
      ? `\nRestart it alone: trivet restart ${environment} ${reason.service.service} --host ${reason.service.host}`
      : "";
  return `${named(node)} is not taken down: the others are not as they should be.
${lines(wrong)}
Left untouched: ${list(untouched)}. Mend that first, then the same command again. ${adviceOn(environment, wrong)}${alone}`;
}

function notBack(
  { environment }: Inventory,
  action: Action,
  node: ServiceRecord,
  wrong: readonly Problem[],
  untouched: readonly ServiceRecord[],
): string {
  return `${named(node)} is not back.
${lines(wrong)}
${untouched.length ? `Left untouched: ${list(untouched)}. ` : ""}${adviceOn(environment, wrong)}
Once it is fit, the same command again${action === "restart" ? " takes all of them anew" : " goes on"}.`;
}
