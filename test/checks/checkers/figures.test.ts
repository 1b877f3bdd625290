import test from "ava";
import { longestGap, perSecond, totals } from "../../../checks/checkers/figures.ts";
import { every, fault, final, op, second } from "./histories.ts";

const insert = (at: number, fields: object = {}) => op(at, { workload: "ledger", op: "insert", id: at, ...fields });

test("totals: what was written, lost and broken", (t) => {
  const events = [
    ...every(0, 9, insert),
    insert(10, { outcome: "unknown" }),
    insert(11, { outcome: "fail" }),
    op(12, { workload: "counter", op: "increment" }),
    op(12, { workload: "bank", op: "total", total: 100 }),
    ...final({ workload: "ledger", ids: [0, 1, 2, 3, 4, 5, 6, 7, 8] }),
    ...fault(2, 6, ["db1"]),
    ...fault(4, 8, ["db2"]),
  ].toSorted((a, b) => a.t - b.t);
  const { longestGap, faultSeconds, ...counts } = totals(events);
  t.deepEqual(counts, { writes: 13, acknowledged: 11, unknown: 1, lost: 1, faults: 2 });
  t.is(Math.round(faultSeconds * 10), 69);
  t.is(longestGap, 2_000);
});

test("totals of nothing", (t) => {
  t.deepEqual(totals([]), {
    writes: 0,
    acknowledged: 0,
    unknown: 0,
    lost: 0,
    faults: 0,
    faultSeconds: 0,
    longestGap: 0,
  });
});

test("the longest gap is between acknowledgements, whatever order they were written down in", (t) => {
  const gap = longestGap([
    insert(9),
    insert(0),
    insert(3, { client: "db1" }),
    insert(2),
    insert(4, { outcome: "fail" }),
  ]);
  t.deepEqual(gap, { from: second(2) + 20, to: second(9) + 20 });
  t.is(longestGap([]), undefined);
});

test("a row for each second, the empty ones too", (t) => {
  const took = (at: number, ms: number, outcome = "ok") => insert(at, { end: second(at) + ms, outcome });
  const events = [took(0.1, 10), took(0.2, 20), took(0.3, 30), took(0.4, 40, "fail"), took(2.1, 5, "unknown")];
  const nothing = { ok: 0, fail: 0, unknown: 0, p50: 0, p95: 0, p99: 0 };
  t.deepEqual(perSecond(events), [
    { t: second(0), ok: 3, fail: 1, unknown: 0, p50: 20, p95: 29, p99: 29.8 },
    { t: second(1), ...nothing },
    { t: second(2), ...nothing, unknown: 1 },
  ]);
  t.deepEqual(perSecond([]), []);
});
