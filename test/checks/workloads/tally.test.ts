import test from "ava";
import { type Event, now, type Operation } from "../../../checks/history/events.ts";
import { Tally } from "../../../checks/workloads/tally.ts";

const insert = (more: Partial<Operation>) =>
  ({
    kind: "op",
    workload: "ledger",
    op: "insert",
    id: 1,
    client: "name-1",
    t: now(),
    end: now(),
    outcome: "ok",
    node: "db1",
    ...more,
  }) as Event;

test("a tally passes everything on and counts operations by outcome", (t) => {
  const passed: Event[] = [];
  const tally = new Tally({ add: (event) => passed.push(event) });
  const events: Event[] = [
    insert({}),
    insert({ outcome: "fail" }),
    insert({ outcome: "unknown" }),
    insert({ outcome: "fail" }),
    { kind: "note", t: now(), text: "hello" },
  ];
  for (const event of events) tally.add(event);
  t.deepEqual(passed, events);
  const { ok, fail, unknown } = tally.stats();
  t.deepEqual({ ok, fail, unknown }, { ok: 1, fail: 2, unknown: 1 });
});

test("available is what acknowledged a write through the name within the last second", (t) => {
  const tally = new Tally({ add: () => {} });
  t.false(tally.stats().available);
  tally.add(insert({ end: now() - 1_500 }));
  t.false(tally.stats().available);
  tally.add(insert({ client: "db2", node: "db2" }));
  tally.add(insert({ outcome: "unknown", node: "db3" }));
  t.false(tally.stats().available, "pinned and unacknowledged writes do not count");
  const end = now();
  tally.add(insert({ end, node: "db3" }));
  t.true(tally.stats().available);
  t.deepEqual(tally.stats().lastWrite, { node: "db3", t: end });
});
