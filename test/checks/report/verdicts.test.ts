import test from "ava";
import type { RunResult } from "../../../checks/report/run.ts";
import { exitCodeOf, verdictOfRun } from "../../../checks/report/verdicts.ts";
import { sample } from "./sample.ts";

/** The sample with only the experiments of these verdicts. */
function only(...words: string[]): RunResult {
  const run = sample();
  return { ...run, experiments: run.experiments.filter(({ verdict }) => words.includes(verdict)) };
}

test("passes and named limits are 0", (t) => {
  t.is(exitCodeOf(only("pass", "limit")), 0);
  t.is(verdictOfRun(only("pass", "limit")), "limit");
});

test("a failure is 1, even in a run that broke later", (t) => {
  t.is(exitCodeOf(only("pass", "fail", "broken")), 1);
  t.is(exitCodeOf({ ...only("fail"), state: "aborted" }), 1);
});

test("a run that broke, ended early, or judged nothing is 3", (t) => {
  t.is(exitCodeOf(only("pass", "broken")), 3);
  t.is(exitCodeOf({ ...only("pass"), state: "aborted" }), 3);
  t.is(exitCodeOf(only()), 3);
});

test("unknown safety is 1, an unknown time is 0", (t) => {
  const run = only("unknown");
  t.is(exitCodeOf(run), 0);
  const [experiment] = run.experiments;
  const judgements = experiment!.judgements.map((judged) => ({ ...judged, kind: "safety" as const }));
  t.is(exitCodeOf({ ...run, experiments: [{ ...experiment!, judgements }] }), 1);
});
