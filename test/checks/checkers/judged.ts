import test from "ava";
import type { Checker, Context, Outcome } from "../../../checks/checkers/checker.ts";
import type { Event } from "../../../checks/history/events.ts";
import { context } from "./histories.ts";

/** Judges a history, in the order of its times as from a file: the outcome, and what its summary says. */
export const judged = (checker: Checker) =>
  test.macro({
    title: (given) => `${checker.name}: ${given}`,
    exec(t, history: Event[], outcome: Outcome, summary: RegExp, expected?: Partial<Context["expected"]>) {
      const judgement = checker.judge(
        history.toSorted((a, b) => a.t - b.t),
        context(expected),
      );
      t.is(judgement.outcome, outcome, judgement.summary);
      t.regex(judgement.summary, summary);
      t.true((judgement.evidence ?? []).length <= 20);
    },
  });
