import type { RunResult } from "./run.ts";
import { table } from "./table.ts";
import { totalsLine } from "./totals.ts";
import { verdictOfRun } from "./verdicts.ts";
import { duration } from "./words.ts";

/** What the terminal shows at the end of a run: each experiment's verdict and longest gap, then the totals. */
export function summaryText(result: RunResult): string {
  const rows = result.experiments.map(({ name, verdict, totals }) => [name, verdict, duration(totals.longestGap)]);
  const state = result.state === "aborted" ? " (the run ended early)" : "";
  return [
    table(["EXPERIMENT", "VERDICT", "LONGEST GAP"], rows),
    ...(result.leftOut ?? []).map(({ name, reason }) => `Left out: ${name}: ${reason}`),
    `Verdict: ${verdictOfRun(result)}${state}`,
    totalsLine(result),
  ].join("\n");
}
