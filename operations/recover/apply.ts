import pRetry, { AbortError } from "p-retry";
import { Failure } from "../../core/errors.ts";
import type { ServiceRecord } from "../../core/inventory.ts";
import { every } from "../../core/retry.ts";
import { dockerAt } from "../../hosts/endpoint.ts";
import { exec } from "../../hosts/exec.ts";
import { type Evidence, hasData, type Order, orderWords } from "../../node/bootstrap/index.ts";
import type { Plan } from "./plan.ts";
import { readEvidence, readNode } from "./read.ts";
import { settle } from "./settle.ts";

/** Seconds that a database may take to stop, as its container says; and one that is left out and may not hear. */
const STOP = 60;
const STOP_LEFT_OUT = 10;
/** Milliseconds until a started node waits, or is primary: it may have to recover after a crash. */
const START_TIMEOUT = 10 * 60_000;
/** Milliseconds for a joiner, which may have to take all data anew. */
const JOIN_TIMEOUT = 2 * 60 * 60_000;
/** Milliseconds until a waiting node takes an order: it asks its peers first, 3 s each at most. How often it is given. */
const ORDER_TIMEOUT = 30_000;
const ORDERS = 3;

/** Milliseconds that the cluster may be without quorum while a node joins; a joiner that dies takes it from one other node. */
const WITHOUT_QUORUM = 60_000;

export interface Recovery {
  environment: string;
  nodes: readonly ServiceRecord[];
  plan: Plan;
  /** Ends every wait. */
  signal?: AbortSignal;
  /** Told what it is at. */
  say: (progress: string) => void;
}

/**
 * Stops every node that can be reached, and reads their volumes again: from here on only one of them can start, and nothing
 * changes any more. Those without quorum are stopped, too, instead of being promoted as they run: then positions are what is on
 * disk, every plan is carried out in the same way, and a new cluster uuid is possible.
 *
 * @throws {Contradiction} when what is found does not fit the plan; then all are started again, to wait as before
 */
export async function stopAll({ environment, nodes, plan, say }: Recovery): Promise<Plan["bootstrap"]> {
  await Promise.all(
    nodes.map(async (node) => {
      const leftOut = plan.leftOut.includes(node.host);
      try {
        await dockerAt(node.endpoint)
          .getContainer(node.container)
          .stop({ t: leftOut ? STOP_LEFT_OUT : STOP });
      } catch (error) {
        // It was stopped already; or it is left out just because it can't be reached.
        if ((error as { statusCode?: number }).statusCode !== 304 && !leftOut) throw error;
      }
    }),
  );
  say("all are stopped, reading their positions again");
  const present = nodes.filter(({ host }) => !plan.leftOut.includes(host));
  try {
    return settle(plan, await readEvidence(present, environment));
  } catch (error) {
    await Promise.all(present.map(start));
    throw error;
  }
}

/**
 * Starts the one node, and orders it to start the cluster at exactly this position: once, see `obey` of node/bootstrap.
 *
 * @throws {Failure} when it does not become primary
 */
export async function bootstrap(recovery: Recovery, { host, position }: Plan["bootstrap"]): Promise<void> {
  const { nodes, plan } = recovery;
  const node = find(nodes, host);
  const others = nodes.map((each) => each.host).filter((each) => each !== host);
  await start(node);
  await waitFor(recovery, node, START_TIMEOUT, ({ doing }) => doing === "waiting");
  await give(recovery, node, { order: plan.fork ? "fork" : "bootstrap", position, without: others });
  await waitFor(recovery, node, START_TIMEOUT, isSynced);
}

/**
 * Starts one of the others, and waits until it is Synced. In a cluster with a new uuid its old data is given up first.
 *
 * @param first the node that started the cluster
 * @throws {Failure} when it does not become Synced, or the cluster has lost its quorum meanwhile
 */
export async function join(recovery: Recovery, host: string, first: string): Promise<void> {
  const node = find(recovery.nodes, host);
  await start(node);
  if (recovery.plan.fork) {
    const seen = await waitFor(
      recovery,
      node,
      START_TIMEOUT,
      (now) => now.doing === "waiting" || isSynced(now) || takesData(now),
    );
    if (seen.doing === "waiting" && hasData(seen))
      await give(recovery, node, { order: "discard", position: seen.position });
  }
  const starter = find(recovery.nodes, first);
  let quorum = performance.now();
  await waitFor(recovery, node, JOIN_TIMEOUT, async (now) => {
    if (isSynced(now)) return true;
    const { doing } = await readNode(starter, recovery.environment);
    if (doing !== "nonprimary" && doing !== "waiting" && doing !== "stopped") quorum = performance.now();
    if (performance.now() - quorum < WITHOUT_QUORUM) return false;
    throw new AbortError(
      new Failure(`${first} has lost its quorum while ${host} joined, and is ${doing}. Recover once more.`),
    );
  });
}

const isSynced = ({ doing, synced }: Evidence) => doing === "primary" && synced === true;
/** One without data of its own does not wait. */
const takesData = ({ doing, joins }: Evidence) => doing === "starting" && joins === true;

function find(nodes: readonly ServiceRecord[], host: string): ServiceRecord {
  const node = nodes.find((each) => each.host === host);
  if (!node) throw new Failure(`The plan names ${host}, which is no database node.`);
  return node;
}

async function start({ endpoint, container }: ServiceRecord): Promise<void> {
  await dockerAt(endpoint)
    .getContainer(container)
    .start()
    .catch((error) => {
      if (error.statusCode !== 304) throw error;
    });
}

/**
 * Puts an order where the waiting keeper finds it, and sees that it is taken: it is gone before it is obeyed. One that was
 * put there before the keeper began to wait is gone as well, so it is given again.
 */
async function give(recovery: Recovery, node: ServiceRecord, order: Order): Promise<void> {
  const write = 'printf "%s\\n" "$*" > /run/trivet/order.new && mv /run/trivet/order.new /run/trivet/order';
  const attempt = async () => {
    const { code, stderr } = await exec(node, ["bash", "-c", write, "order", ...orderWords(order)], 10_000);
    if (code !== 0) throw new AbortError(new Failure(`${node.host} takes no order: ${stderr.trim()}`));
    await waitFor(recovery, node, ORDER_TIMEOUT, isTaken);
  };
  const isTaken = ({ doing, detail, refused, position }: Evidence) => {
    if (refused) throw new AbortError(new Failure(`${node.host}: ${detail}`));
    return doing !== "waiting" || position === "incomplete";
  };
  await pRetry(attempt, { retries: ORDERS - 1, minTimeout: 1_000, signal: recovery.signal });
}

/** Looks at a node once a second until it is so. */
async function waitFor(
  { environment, signal, say }: Recovery,
  node: ServiceRecord,
  timeout: number,
  isSo: (now: Evidence) => boolean | Promise<boolean>,
): Promise<Evidence> {
  let latest: Evidence | undefined;
  const look = async () => {
    latest = await readNode(node, environment);
    if (await isSo(latest)) return latest;
    say(`${node.host}: ${latest.detail}`);
    throw new Error("not yet");
  };
  try {
    return await pRetry(look, { ...every(1_000, timeout), signal });
  } catch (error) {
    if (error instanceof Failure) throw error;
    const why = signal?.aborted ? "Interrupted" : `Given up after ${Math.round(timeout / 60_000)} minutes`;
    throw new Failure(
      `${why}: ${node.host} is ${latest?.doing ?? "unknown"} (${latest?.detail ?? (error as Error).message}).`,
    );
  }
}
