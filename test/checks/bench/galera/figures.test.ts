import test from "ava";
import fc from "fast-check";
import {
  failedTwice,
  longestGapsOf,
  notPrimary,
  spreadOf,
  untilWrites,
  viewChanges,
} from "../../../../checks/bench/galera/figures.ts";
import type { Event, Operation } from "../../../../checks/history/events.ts";
import { every, fault, healthy, look, op } from "../../checkers/histories.ts";

let last = 0;
const insert = (at: number, fields: Partial<Operation> = {}): Event =>
  op(at, { workload: "ledger", op: "insert", id: ++last, ...fields } as Parameters<typeof op>[1]);
const failed = (at: number, fields: Partial<Operation> = {}) => insert(at, { outcome: "unknown", ...fields });

test("the longest gap is one client's, between two answers, and not one from before the fault", (t) => {
  const events = [
    // Five seconds without a write, before anything was done.
    insert(0),
    ...every(5, 10, insert),
    ...fault(10, 20, ["db1"]),
    failed(11),
    failed(12),
    ...every(13, 20, insert),
    ...every(0, 20, (at) => insert(at, { client: "db2", node: "db2" })),
  ];
  t.is(longestGapsOf(events, "name-1").loss, 3_000);
  t.is(longestGapsOf(events, "db2").loss, 1_000);
});

test("what began after the healing belongs to the return", (t) => {
  const events = [
    ...every(0, 10, insert),
    ...fault(10, 20, ["db1"]),
    ...every(13, 22, insert),
    ...every(27, 30, insert),
    ...every(0, 30, (at) => insert(at, { client: "db2", node: "db2" })),
  ];
  t.is(longestGapsOf(events, "name-1").loss, 3_000);
  t.is(longestGapsOf(events, "name-1").return, 5_000);
  t.is(longestGapsOf(events, "db2").return, 1_000);
});

test("a client that never writes again has a gap to its last try; one that never wrote has none to tell", (t) => {
  const events = [...every(0, 10, insert), ...fault(10, 20, ["db1"]), ...every(11, 30, failed)];
  t.is(longestGapsOf(events, "name-1").loss, 20_000);
  t.is(longestGapsOf(events, "writer").loss, Number.POSITIVE_INFINITY);
});

test("a history without a fault is no measurement", (t) => {
  t.throws(() => longestGapsOf(every(0, 10, insert), "name-1").loss, { message: /no fault/ });
});

test("writes again: from the beginning of the healing to the answer of a write that began since", (t) => {
  const events = [
    ...every(0, 10, insert),
    ...fault(10, 20, ["db1", "db2", "db3"]),
    // Begun before, acknowledged after: its commit was under way.
    insert(19, { end: (insert(21) as Operation).end }),
    failed(22),
    insert(24, { client: "db2", node: "db2" }),
    insert(26),
    insert(25),
  ];
  t.is(untilWrites(events, "name-1"), 5_020);
  t.is(untilWrites(events, "writer"), Number.POSITIVE_INFINITY);
});

test("a client that tries once more gives up when the second try fails, too", (t) => {
  const history = (outcomes: string) =>
    [...outcomes].map((letter, at) => (letter === "+" ? insert(at) : failed(at))) as Event[];
  const twice = (outcomes: string) => failedTwice(history(outcomes), "name-1");
  t.is(twice("++++"), 0);
  t.is(twice("+-+-+"), 0);
  t.is(twice("+--+"), 1);
  t.is(twice("+---+"), 1);
  t.is(twice("+----+"), 2);
  t.is(twice("--"), 1);
});

test("a survivor that was not Primary is found by its own word, and by its answer to a client", (t) => {
  const well = every(0, 9, (at) => healthy(at, "db2"));
  t.deepEqual(notPrimary([...well, insert(3, { node: "db2" })], ["db2"]), []);
  const split = look(4, { what: "database", host: "db2", status: "non-Primary" });
  const refused = failed(5, { node: "db2", error: "ER_UNKNOWN_COM_ERROR 1047: WSREP has not yet prepared node" });
  t.deepEqual(notPrimary([...well, split, split, refused], ["db2"]), [
    "db2 was non-Primary",
    "db2 answered that it is not ready",
  ]);
  t.deepEqual(notPrimary([split, refused], ["db3"]), []);
});

test("views are counted by their numbers, not by looks", (t) => {
  const views = (...numbers: number[]) => numbers.map((view, at) => healthy(at, "db1", { view }));
  t.is(viewChanges(views(7, 7, 7), ["db1"]), 0);
  // One came and went between two looks.
  t.is(viewChanges(views(7, 7, 9, 9), ["db1"]), 2);
  t.is(viewChanges(views(7, 9), ["db2"]), 0);
});

test("a spread tells of few values what is true of them", (t) => {
  t.is(spreadOf([]), undefined);
  t.deepEqual(spreadOf([300]), { n: 1, p50: 300, p99: 300, max: 300 });
  t.deepEqual(spreadOf([3, 1, 2, 10]), { n: 4, p50: 2.5, p99: 10, max: 10 });
  const hundred = Array.from({ length: 100 }, (_, value) => value + 1);
  t.deepEqual(spreadOf(hundred), { n: 100, p50: 50.5, p99: 99, max: 100 });
  t.like(spreadOf([1, Number.POSITIVE_INFINITY]), { p50: Number.POSITIVE_INFINITY, p99: Number.POSITIVE_INFINITY });
  t.notThrows(() =>
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 60_000 }), { minLength: 1, maxLength: 99 }), (values) => {
        const spread = spreadOf(values)!;
        return spread.p99 === Math.max(...values) && spread.max === spread.p99 && spread.p50 <= spread.p99;
      }),
    ),
  );
});
