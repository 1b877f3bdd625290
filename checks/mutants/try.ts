import pRetry, { AbortError } from "p-retry";
import type { Inventory } from "../../core/inventory.ts";
import { every } from "../../core/retry.ts";
import { audit, type Finding, rules } from "../audit/index.ts";
import { named } from "../experiments/index.ts";
import type { ExperimentResult } from "../report/run.ts";
import type { Live, Run } from "../run/index.ts";
import { faultsOf, type Mutant } from "./mutant.ts";

/** Whether one of those that must find a mutant did. */
export interface Sighting {
  /** `audit: durable-commits`, `database-power-cut-all: no-write-lost`. */
  by: string;
  found: boolean;
  /** What it said of the mutant, or instead. */
  said: string;
}

export interface MutantResult {
  name: string;
  title: string;
  /** By all that must find it. */
  found: boolean;
  sightings: Sighting[];
  seconds: number;
}

export interface Trial {
  inventory: Inventory;
  run: Run;
  signal: AbortSignal;
  follow(live: Live): void;
}

/** Milliseconds until a mutant must show in the audit (a daemon may take that long to reload), and until it must be gone. */
const SHOWS = 30_000;
const GONE = 120_000;

/** Makes an environment a mutant, looks who finds it, and heals it. Rejects when aborted, or when it could not be made or healed. */
export async function tryMutant(mutant: Mutant, trial: Trial): Promise<MutantResult> {
  const began = performance.now();
  const { guards } = trial.run;
  const faults = faultsOf(mutant, trial.inventory);
  const sightings: Sighting[] = [];
  const heal = async () => {
    for (const fault of faults) await guards.heal(fault);
  };
  try {
    for (const fault of faults) await guards.inject(fault);
    const { rule, experiment } = mutant.foundBy;
    if (rule) sightings.push(await byAudit(rule, trial));
    if (experiment) sightings.push(await byExperiment(experiment, mutant.unsettling ? atSettling(trial, heal) : trial));
  } finally {
    await heal();
  }
  await untilClean(trial, GONE);
  return {
    name: mutant.name,
    title: mutant.title,
    found: sightings.length > 0 && sightings.every(({ found }) => found),
    sightings,
    seconds: Math.round((performance.now() - began) / 1_000),
  };
}

/** Does something once, when an experiment begins to settle. What fails then is done again, and told, at the end. */
function atSettling(trial: Trial, act: () => Promise<void>): Trial {
  let done = false;
  return {
    ...trial,
    follow(live) {
      trial.follow(live);
      if (done || live.phase !== "settle") return;
      done = true;
      act().catch(() => {});
    },
  };
}

async function byAudit(name: string, { inventory, signal }: Trial): Promise<Sighting> {
  const rule = rules.filter((one) => one.name === name);
  const by = `audit: ${name}`;
  const look = async (): Promise<Sighting> => {
    const [first] = await audit(inventory, rule);
    if (!first) throw new Error("not found yet");
    return { by, found: true, said: findingText(first) };
  };
  const missed = (): Sighting => {
    signal.throwIfAborted();
    return { by, found: false, said: `nothing within ${SHOWS / 1_000} s` };
  };
  return pRetry(look, { ...every(1_000, SHOWS), signal }).catch(missed);
}

async function byExperiment(
  { name, checkers }: NonNullable<Mutant["foundBy"]["experiment"]>,
  { run, follow }: Trial,
): Promise<Sighting> {
  const [experiment] = named([name]);
  return sightingIn(await run.perform(experiment!, follow), checkers);
}

/**
 * What the result of an experiment says of a mutant that these checkers must find. A failure that is otherwise excused by an
 * overloaded machine counts: here it is what was foretold, and not the machine's doing.
 */
export function sightingIn({ name, error, judgements }: ExperimentResult, checkers: readonly string[]): Sighting {
  const asked = judgements.filter(({ checker }) => checkers.includes(checker));
  const failed = asked.find(({ outcome, excused }) => outcome === "fail" || excused);
  const by = `${name}: ${failed?.checker ?? checkers.join(" or ")}`;
  if (failed) return { by, found: true, said: failed.evidence?.[0] ?? failed.summary };
  const instead = asked.map(({ outcome, summary }) => `${outcome}: ${summary}`).join("; ");
  return { by, found: false, said: error ?? (instead || "it was not judged by that") };
}

/**
 * Waits until the audit finds nothing.
 *
 * @param patience in ms
 * @throws with what it still finds
 */
export async function untilClean(
  { inventory, signal }: Pick<Trial, "inventory" | "signal">,
  patience: number,
): Promise<void> {
  const look = async () => {
    const found = await audit(inventory);
    if (signal.aborted) throw new AbortError("interrupted");
    if (found.length > 0) throw new Error(found.map(findingText).join("; "));
  };
  await pRetry(look, { ...every(1_000, patience), signal });
}

export const findingText = ({ host, service, said, expected }: Finding): string =>
  `${service} on ${host}: ${said} (expected: ${expected})`;
