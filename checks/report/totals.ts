import type { ExperimentResult, ExperimentVerdict, RunResult } from "./run.ts";
import { bestFirst } from "./verdicts.ts";
import { count, duration } from "./words.ts";

/** Sums over all experiments of a run; `longestGap` (ms) is the longest of all. */
export type Totals = ExperimentResult["totals"] & { experiments: number; verdicts: Record<ExperimentVerdict, number> };

export function totalsOf({ experiments }: RunResult): Totals {
  const sum = (name: keyof ExperimentResult["totals"]) =>
    experiments.reduce((total, { totals }) => total + totals[name], 0);
  const having = (word: ExperimentVerdict) => experiments.filter(({ verdict }) => verdict === word).length;
  return {
    experiments: experiments.length,
    verdicts: Object.fromEntries(bestFirst.map((word) => [word, having(word)])) as Totals["verdicts"],
    writes: sum("writes"),
    acknowledged: sum("acknowledged"),
    unknown: sum("unknown"),
    lost: sum("lost"),
    faults: sum("faults"),
    faultSeconds: sum("faultSeconds"),
    longestGap: Math.max(0, ...experiments.map(({ totals }) => totals.longestGap)),
  };
}

/** `3 experiments: 1 pass, …; 9,000 writes, 8,990 acknowledged, 0 lost, 3 unknown; 4 faults for 120 s` */
export function totalsLine(result: RunResult): string {
  const totals = totalsOf(result);
  const words = bestFirst.map((word) => `${totals.verdicts[word]} ${word}`).join(", ");
  const writes = `${counted(totals.writes, "write")}, ${count(totals.acknowledged)} acknowledged, ${count(totals.lost)} lost, ${count(totals.unknown)} unknown`;
  const faults = `${counted(totals.faults, "fault")} for ${count(Math.round(totals.faultSeconds))} s`;
  return `${counted(totals.experiments, "experiment")}: ${words}; ${writes}; ${faults}; longest gap ${duration(totals.longestGap)}`;
}

const counted = (n: number, noun: string) => `${count(n)} ${noun}${n === 1 ? "" : "s"}`;
