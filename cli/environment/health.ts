import pRetry, { AbortError } from "p-retry";
import { Failure } from "../../core/errors.ts";
import type { Inventory } from "../../core/inventory.ts";
import { every } from "../../core/retry.ts";
import { asker } from "../../health/asker.ts";
import { probe } from "../../health/probe.ts";
import { adviceOn } from "../../health/reason.ts";
import { steadyState, type Verdict } from "../../health/steadyState.ts";
import { statusText } from "../show/status.ts";
import type { Say } from "../show/tasks.ts";

/** Milliseconds that an environment may take from started to healthy. */
const PATIENCE = 5 * 60_000;

/** Asks every service of an environment how it is, once. */
export async function judge(inventory: Inventory): Promise<Verdict> {
  return steadyState(inventory, await probe(inventory));
}

/**
 * Waits until all is well.
 *
 * @throws {Failure} with what is not well, after five minutes or when `signal` ends the wait
 */
export async function awaitHealthy(inventory: Inventory, say: Say, signal?: AbortSignal): Promise<Verdict> {
  const ask = asker(inventory);
  const attempt = async () => {
    const { problems, verdict } = await ask();
    if (verdict?.healthy) return verdict;
    const [first, ...others] = problems;
    say(`waiting: ${first?.text}${others.length ? ` (and ${others.length} more)` : ""}`);
    if (signal?.aborted) throw new AbortError("interrupted");
    throw new Error("not healthy yet");
  };
  try {
    return await pRetry(attempt, every(1_000, PATIENCE));
  } catch {
    const latest = await judge(inventory);
    if (latest.healthy) return latest;
    throw new Failure(unwell(inventory, latest, Boolean(signal?.aborted)));
  }
}

function unwell({ environment }: Inventory, verdict: Verdict, interrupted: boolean): string {
  const why = interrupted
    ? "Interrupted before it was healthy."
    : `Still not healthy after ${PATIENCE / 60_000} minutes.`;
  return `${statusText(environment, verdict)}\n\n${why} ${adviceOn(environment, verdict.problems)}`;
}
