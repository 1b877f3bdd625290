import type { Checker } from "./checker.ts";
import { length, longest, runs } from "./periods.ts";
import { looks } from "./select.ts";
import { clock, nothing, seconds, verdict } from "./verdict.ts";

/** Milliseconds beyond the budget for writes: the entry's own checks of the web hosts, and one page's time-out. */
const EXTRA = 10_000;

/**
 * People see the page. It needs the database, so it may be away as long as writes may, and a little longer. Counted as a person
 * at the browser would: from the beginning of the first request that was not answered with 200 to the end of the last.
 */
export const webAnswers: Checker = {
  name: "web-answers",
  title: "The page for people answers, or soon does again",
  kind: "time",
  judge(events, { budgets }) {
    const all = looks(events, "web");
    if (all.length === 0) return nothing("look at the page");
    const limit = budgets.write + EXTRA;
    const outages = runs(all, ({ error, status }) => error !== undefined || status !== 200).map((run) => ({
      from: run[0]!.t,
      to: run.at(-1)!.end,
      why: run[0]!.error ?? `HTTP ${run[0]!.status}`,
    }));
    const most = length(longest(outages) ?? { from: 0, to: 0 });
    return verdict({
      violations: outages
        .filter((outage) => length(outage) > limit)
        .map(
          (outage) =>
            `${seconds(length(outage))} without a page from ${clock(outage.from)} (${outage.why}), limit ${seconds(limit)}`,
        ),
      passed: outages.length
        ? `The page was away for at most ${seconds(most)}, limit ${seconds(limit)}.`
        : `The page answered each of ${all.length} times.`,
      failed: "the page was away for too long",
      figures: { requests: all.length, outages: outages.length, longestOutage: most },
    });
  },
};
