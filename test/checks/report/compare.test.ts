import test from "ava";
import { changes, comparison } from "../../../checks/report/compare.ts";
import { sample } from "./sample.ts";

test("the same run twice differs in nothing", (t) => {
  t.deepEqual(changes(sample(), sample()), []);
  t.regex(comparison(sample(), sample()), /No verdict changed.*× 1\.00/s);
});

test("each verdict that changed is a row, and so is an experiment that only one run has", (t) => {
  const [before, after] = [sample(), sample()];
  const mended = after.experiments[2]!;
  mended.verdict = "unknown";
  mended.judgements = mended.judgements.map((judged) =>
    judged.outcome === "fail" ? { ...judged, outcome: "pass" } : judged,
  );
  after.experiments.splice(3, 2);
  t.deepEqual(changes(before, after), [
    ["domain-power-cut", "(all)", "fail", "unknown"],
    ["domain-power-cut", "no-write-lost", "fail", "pass"],
    ["domain-power-cut", "name-unfit", "fail", "pass"],
    ["link-slow", "(all)", "unknown", "not run"],
    ["consul-quorum", "(all)", "broken", "not run"],
  ]);
});

test("latencies are told as a ratio", (t) => {
  const after = sample();
  for (const second of after.experiments[0]!.seconds) second.p99 *= 2;
  t.regex(comparison(sample(), after), /database-kill .*× 2\.00/);
});
