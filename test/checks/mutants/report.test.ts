import test from "ava";
import { type MutantsResult, markdown, rows, summary } from "../../../checks/mutants/report.ts";
import { type MutantResult, sightingIn } from "../../../checks/mutants/try.ts";
import type { ExperimentResult } from "../../../checks/report/run.ts";

const judgement = (checker: string, outcome: "pass" | "fail" | "unknown", evidence?: string[]) => ({
  checker,
  title: "",
  kind: "safety" as const,
  outcome,
  summary: `${checker} is ${outcome}`,
  evidence,
});

const result = (...judgements: ExperimentResult["judgements"]) =>
  ({ name: "database-pause", verdict: "fail", judgements }) as unknown as ExperimentResult;

test("the checker that must find it fails, with evidence or without", (t) => {
  t.deepEqual(sightingIn(result(judgement("name-unfit", "fail", ["dns1 named db1"])), ["name-unfit"]), {
    by: "database-pause: name-unfit",
    found: true,
    said: "dns1 named db1",
  });
  t.is(sightingIn(result(judgement("name-unfit", "fail")), ["name-unfit"]).said, "name-unfit is fail");
});

test("one of two checkers is enough", (t) => {
  const sighting = sightingIn(result(judgement("a", "pass"), judgement("b", "fail")), ["a", "b"]);
  t.like(sighting, { found: true, by: "database-pause: b" });
});

test("another checker that fails has not found it", (t) => {
  const sighting = sightingIn(result(judgement("no-write-lost", "fail"), judgement("name-unfit", "pass")), [
    "name-unfit",
  ]);
  t.deepEqual(sighting, { by: "database-pause: name-unfit", found: false, said: "pass: name-unfit is pass" });
});

test("a failure that an overloaded machine excuses elsewhere has found it", (t) => {
  const excused = { ...judgement("name-unfit", "unknown", ["dns1 named db1"]), excused: true };
  t.like(sightingIn(result(excused), ["name-unfit"]), { found: true, said: "dns1 named db1" });
  t.false(sightingIn(result(judgement("name-unfit", "unknown")), ["name-unfit"]).found);
});

test("an experiment that broke has not found it", (t) => {
  t.like(sightingIn({ ...result(), error: "the gate did not hold" }, ["name-unfit"]), {
    found: false,
    said: "the gate did not hold",
  });
  t.like(sightingIn(result(), ["name-unfit"]), { found: false, said: "it was not judged by that" });
});

const flush: MutantResult = {
  name: "flush-0",
  title: "flush 0",
  found: true,
  sightings: [
    { by: "audit: durable-commits", found: true, said: "flush = 0 | 2" },
    { by: "database-power-cut-all: no-write-lost", found: true, said: "lost 4" },
  ],
  seconds: 61,
};
const missed: MutantResult = {
  name: "tcp-check",
  title: "TCP",
  found: false,
  sightings: [{ by: "audit: consul-check", found: false, said: "nothing within 30 s" }],
  seconds: 40,
};
const all = (...mutants: MutantResult[]): MutantsResult => ({
  version: 1,
  environment: "test",
  trivet: "0.1.0",
  commit: "abc",
  seed: 7,
  started: "2026-11-21T12:00:00.000Z",
  ended: "2026-11-21T12:12:30.000Z",
  state: "complete",
  mutants,
});

test("the table has a row for each that must find it", (t) => {
  t.deepEqual(rows([flush, missed]), [
    ["flush-0", "yes", "audit: durable-commits", "flush = 0 | 2", "61"],
    ["", "yes", "database-power-cut-all: no-write-lost", "lost 4", ""],
    ["tcp-check", "NO", "audit: consul-check", "nothing within 30 s", "40"],
  ]);
});

test("the summary counts, and names what was missed", (t) => {
  t.is(summary(all(flush)), "1 of 1 misconfigurations were found in 12.5 minutes.");
  t.is(summary(all(flush, missed)), "1 of 2 misconfigurations were found in 12.5 minutes; not found: tcp-check.");
});

test("Markdown escapes what would end a cell", (t) => {
  t.true(markdown(all(flush)).includes("| flush-0 | yes | audit: durable-commits | flush = 0 \\| 2 | 61 |"));
});
