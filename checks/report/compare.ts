import { median } from "simple-statistics";
import type { ExperimentResult, RunResult } from "./run.ts";
import { table } from "./table.ts";
import { totalsLine } from "./totals.ts";
import { verdictOfRun, wordOf } from "./verdicts.ts";
import { duration, moment } from "./words.ts";

/** What is different in a run from the one before it: verdicts that changed, gaps, latencies, totals. */
export function comparison(before: RunResult, after: RunResult): string {
  const changed = changes(before, after);
  const both = pairs(before, after).flatMap(({ name, old, now }) => (old && now ? [timesRow(name, old, now)] : []));
  return [
    changed.length ? table(["EXPERIMENT", "CHECKER", "BEFORE", "AFTER"], changed) : "No verdict changed.",
    "",
    ...(both.length ? [table(["EXPERIMENT", "LONGEST GAP", "AFTER", "P99", "AFTER", "RATIO"], both), ""] : []),
    runLine("Before", before),
    runLine("After", after),
  ].join("\n");
}

/** One row for each verdict that differs: of the whole experiment, and of its checkers. */
export function changes(before: RunResult, after: RunResult): string[][] {
  return pairs(before, after).flatMap(({ name, old, now }) => {
    if (!old || !now) return [[name, "(all)", old?.verdict ?? "not run", now?.verdict ?? "not run"]];
    const [then, present] = [words(old), words(now)];
    return [...new Set([...then.keys(), ...present.keys()])]
      .map((checker) => [name, checker, then.get(checker) ?? "not judged", present.get(checker) ?? "not judged"])
      .filter(([, , was, is]) => was !== is);
  });
}

/** Verdicts by checker; `(all)` is the experiment's. */
const words = ({ verdict, judgements }: ExperimentResult): Map<string, string> =>
  new Map([["(all)", verdict], ...judgements.map((judged): [string, string] => [judged.checker, wordOf(judged)])]);

function pairs(before: RunResult, after: RunResult) {
  const named = ({ experiments }: RunResult) => new Map(experiments.map((experiment) => [experiment.name, experiment]));
  const [old, now] = [named(before), named(after)];
  return [...new Set([...old.keys(), ...now.keys()])].map((name) => ({ name, old: old.get(name), now: now.get(name) }));
}

function timesRow(name: string, old: ExperimentResult, now: ExperimentResult): string[] {
  const [was, is] = [typicalP99(old), typicalP99(now)];
  return [
    name,
    duration(old.totals.longestGap),
    duration(now.totals.longestGap),
    was === undefined ? "none" : duration(was),
    is === undefined ? "none" : duration(is),
    was && is ? `× ${(is / was).toFixed(2)}` : "",
  ];
}

/** The median of the p99 of the seconds in which writes were acknowledged, ms: an outage does not hide the rest. */
function typicalP99({ seconds }: ExperimentResult): number | undefined {
  const latencies = seconds.filter(({ ok }) => ok > 0).map(({ p99 }) => p99);
  return latencies.length ? median(latencies) : undefined;
}

const runLine = (when: string, result: RunResult) =>
  `${when} (${moment(result.started)}): ${verdictOfRun(result)}; ${totalsLine(result)}`;
