import type { Checker } from "./checker.ts";
import { longestGap } from "./figures.ts";
import { faultSpans, length } from "./periods.ts";
import { clock, nothing, seconds, verdict } from "./verdict.ts";

/** How long an application that goes by the name could not write. Seen by the client itself, so the figure is exact. */
export const writeRecovery: Checker = {
  name: "write-recovery",
  title: "Writes through the name are acknowledged again within the budget",
  kind: "time",
  judge(events, { budgets }) {
    const gap = longestGap(events);
    if (!gap) return nothing("ledger write through the name");
    const figures = { longestGap: length(gap) };
    if (faultSpans(events).length === 0) return { outcome: "pass", summary: "No outage: there was no fault.", figures };
    const told = `${seconds(length(gap))} without an acknowledged write from ${clock(gap.from)}`;
    return verdict({
      violations: length(gap) > budgets.write ? [`${told}, budget ${seconds(budgets.write)}`] : [],
      passed: `At most ${told}, budget ${seconds(budgets.write)}.`,
      failed: "writes took too long to return",
      figures,
    });
  },
};
