import type { Context } from "../checkers/checker.ts";
import { judgeAll } from "../checkers/index.ts";
import { clock } from "../checkers/verdict.ts";
import type { Experiment } from "../experiments/index.ts";
import type { Event, WayEvent } from "../history/events.ts";
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
  const ways = events.filter((event) => event.kind === "way");
  const excuse = excuseOf(ways, loadPerCore);
  const judged = judgeAll(events, context)
    .filter(({ kind }) => kind === "safety" || experiment.judge !== "safety")
    .map((judged) => limited(experiment, excused(judged, excuse)));
  return ways.length > 0 ? [...judged, told(ways)] : judged;
}

/** Why times say nothing of what was looked at. */
function excuseOf([first]: readonly WayEvent[], loadPerCore: number): string | undefined {
  if (first) return `${first.text} (${clock(first.t)}), so times say nothing`;
  if (loadPerCore > OVERLOAD)
    return `the machine was overloaded (load ${loadPerCore.toFixed(1)} per core), so times say nothing`;
  return undefined;
}

function excused(judged: Judged, excuse: string | undefined): Judged {
  if (judged.kind === "safety" || judged.outcome !== "fail" || !excuse) return judged;
  return { ...judged, outcome: "unknown", excused: true, summary: `${judged.summary}; ${excuse}` };
}

/** What became of the ways by which clients went. */
const told = (ways: readonly WayEvent[]): Judged => ({
  checker: "ways",
  title: "Clients come by the SSH of hosts: where such a way ends they go by another one",
  kind: "time",
  outcome: "pass",
  summary: ways.length > 1 ? `${ways[0]!.text}; ${ways.length} such events.` : `${ways[0]!.text}.`,
  evidence: ways.slice(0, 20).map(({ t, text }) => `${clock(t)} ${text}`),
});

function limited({ limits }: Experiment, judged: Judged): Judged {
  const limit = judged.outcome === "fail" ? limits?.[judged.checker] : undefined;
  return limit ? { ...judged, limit } : judged;
}

/** Fail beats unknown, which beats a limit, which beats pass. */
export function verdictOf(judged: readonly Judged[]): ExperimentVerdict {
  const words = judged.map(({ outcome, limit }) => (limit ? "limit" : outcome));
  return (["fail", "unknown", "limit"] as const).find((word) => words.includes(word)) ?? "pass";
}
