import type { Context } from "../checkers/checker.ts";
import { judgeAll } from "../checkers/index.ts";
import type { Experiment } from "../experiments/index.ts";
import type { Event } from "../history/events.ts";
import type { ExperimentResult, ExperimentVerdict } from "../report/run.ts";

type Judged = ExperimentResult["judgements"][number];

/** Load per core above which a machine is too busy for its times to say anything about the system. */
const OVERLOAD = 4;

/** All that is to be said about a history: what the checkers find, as far as the experiment is judged by it. */
export function judgements(
  experiment: Experiment,
  events: readonly Event[],
  context: Context,
  loadPerCore: number,
): Judged[] {
  return judgeAll(events, context)
    .filter(({ kind }) => kind === "safety" || experiment.judge !== "safety")
    .map((judged) => limited(experiment, excused(judged, loadPerCore)));
}

function excused(judged: Judged, loadPerCore: number): Judged {
  if (judged.kind === "safety" || judged.outcome !== "fail" || loadPerCore <= OVERLOAD) return judged;
  const busy = `the machine was overloaded (load ${loadPerCore.toFixed(1)} per core), so times say nothing`;
  return { ...judged, outcome: "unknown", excused: true, summary: `${judged.summary}; ${busy}` };
}

function limited({ limits }: Experiment, judged: Judged): Judged {
  const limit = judged.outcome === "fail" ? limits?.[judged.checker] : undefined;
  return limit ? { ...judged, limit } : judged;
}

/** Fail beats unknown, which beats a limit, which beats pass. */
export function verdictOf(judged: readonly Judged[]): ExperimentVerdict {
  const words = judged.map(({ outcome, limit }) => (limit ? "limit" : outcome));
  return (["fail", "unknown", "limit"] as const).find((word) => words.includes(word)) ?? "pass";
}
