import pRetry, { AbortError } from "p-retry";
import { probe } from "../../checks/probe.ts";
import { steadyState, type Verdict } from "../../checks/steadyState.ts";
import type { Inventory, ServiceRecord } from "../../stacks/inventory.ts";
import { Failure } from "../failure.ts";
import { statusText } from "../show/status.ts";
import type { Say } from "../show/tasks.ts";

/** Milliseconds that an environment may take from started to healthy. */
const PATIENCE = 5 * 60_000;

/** Asks every service of an environment how it is, once. */
export async function judge(inventory: Inventory): Promise<Verdict> {
  return steadyState(inventory, await probe(inventory));
}

/**
 * Waits until all is well. To ask all is dear (a process in each container), so what was unfit is asked alone until it is fit:
 * else the asking itself keeps a small machine from getting well.
 *
 * @throws {Failure} with what is not well, after five minutes or when `signal` ends the wait
 */
export async function awaitHealthy(inventory: Inventory, say: Say, signal?: AbortSignal): Promise<Verdict> {
  let unfit: ServiceRecord[] = [];
  const waitFor = (problems: readonly string[]): never => {
    const [first, ...others] = problems;
    say(`waiting: ${first}${others.length ? ` (and ${others.length} more)` : ""}`);
    if (signal?.aborted) throw new AbortError("interrupted");
    throw new Error("not healthy yet");
  };
  const attempt = async () => {
    const before = (await probe(inventory, unfit)).filter(({ fit }) => !fit);
    unfit = before.map(({ service }) => service);
    if (before.length > 0) waitFor(before.map(({ service }) => `${service.service} on ${service.host} is not fit`));
    const observations = await probe(inventory);
    unfit = observations.filter(({ fit }) => !fit).map(({ service }) => service);
    const verdict = steadyState(inventory, observations);
    return verdict.healthy ? verdict : waitFor(verdict.problems);
  };
  try {
    return await pRetry(attempt, { retries: PATIENCE / 1_000, factor: 1, minTimeout: 1_000, maxRetryTime: PATIENCE });
  } catch {
    const latest = await judge(inventory);
    if (latest.healthy) return latest;
    throw new Failure(unwell(inventory, latest, Boolean(signal?.aborted)));
  }
}

function unwell({ environment, services }: Inventory, verdict: Verdict, interrupted: boolean): string {
  const wrong = verdict.services.find(({ service, host }) =>
    verdict.problems.some((problem) => problem.startsWith(`${service} on ${host} `)),
  );
  const { service, host } = wrong ?? services[0]!;
  const why = interrupted
    ? "Interrupted before it was healthy."
    : `Still not healthy after ${PATIENCE / 60_000} minutes.`;
  return `${statusText(environment, verdict)}\n\n${why} See what a service says: trivet logs ${service} --env ${environment} --host ${host}`;
}
