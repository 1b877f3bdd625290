import test from "ava";
import type { Experiment } from "../../../checks/experiments/index.ts";
import type { Event } from "../../../checks/history/events.ts";
import { judgements, verdictOf } from "../../../checks/run/judge.ts";
import { context, every, op, second } from "../checkers/histories.ts";

const judged = (outcome: "pass" | "unknown" | "fail", limit?: string) => ({
  checker: "x",
  title: "x",
  kind: "safety" as const,
  outcome,
  summary: "",
  ...(limit && { limit }),
});

const rows = [
  ["pass", [judged("pass"), judged("pass")]],
  ["limit", [judged("pass"), judged("fail", "known upstream")]],
  ["unknown", [judged("pass"), judged("unknown"), judged("fail", "known upstream")]],
  ["fail", [judged("fail"), judged("unknown"), judged("pass")]],
] as const;

for (const [expected, given] of rows) {
  test(`${given.map(({ outcome, limit }) => limit ?? outcome).join(", ")}: ${expected}`, (t) => {
    t.is(verdictOf(given), expected);
  });
}

/** Writes for ten seconds, none for thirty, and again; a fault begins the outage. */
const outage: Event[] = [
  ...every(0, 10, (at) => op(at, { workload: "ledger", op: "insert", id: at })),
  { kind: "fault", t: second(11), fault: "x", action: "inject", hosts: ["db1"] },
  { kind: "fault", t: second(12), fault: "x", action: "healed", hosts: ["db1"] },
  ...every(40, 50, (at) => op(at, { workload: "ledger", op: "insert", id: at })),
];
const way: Event = { kind: "way", t: second(12), host: "web1", text: "the way by web1 ended: no answer" };
const judgedBy = (events: Event[], checker: string, load = 0) =>
  judgements({} as Experiment, events, context(), load).find((one) => one.checker === checker);

test("times that are over their budget fail", (t) => {
  t.is(judgedBy(outage, "write-recovery")?.outcome, "fail");
  t.is(judgedBy(outage, "ways"), undefined);
});

test("they say nothing where a way by which clients went ended meanwhile, which is told; data is judged all the same", (t) => {
  const events = [...outage, way];
  const { outcome, excused, summary } = judgedBy(events, "write-recovery")!;
  t.deepEqual([outcome, excused], ["unknown", true]);
  t.regex(summary, /the way by web1 ended: no answer \(00:00:12\.000\), so times say nothing$/);
  t.is(judgedBy(events, "ways")?.summary, "the way by web1 ended: no answer.");
  t.deepEqual(judgedBy(events, "no-write-lost"), judgedBy(outage, "no-write-lost"));
});

test("nor on a machine that is overloaded", (t) => {
  t.is(judgedBy(outage, "write-recovery", 5)?.outcome, "unknown");
});
