import test from "ava";
import { Seen } from "../../../../checks/bench/galera/seen.ts";
import type { Event } from "../../../../checks/history/events.ts";

const look = (host: string, facts: object): Event =>
  ({ kind: "look", what: "database", host, t: 1, end: 2, ...facts }) as Event;
const synced = { status: "Primary", state: 4, size: 3 };
const nodes = ["db1", "db2", "db3"];

const all = test.macro((t, expected: boolean, ...looks: Event[]) => {
  const seen = new Seen();
  for (const node of nodes) seen.add(look(node, synced));
  for (const each of looks) seen.add(each);
  t.is(seen.synced(nodes), expected);
});

test("all are Synced", all, true);
test("a donor is not", all, false, look("db2", { ...synced, state: 2 }));
test("one that is not in the primary component is not", all, false, look("db2", { ...synced, status: "non-Primary" }));
test("one that sees fewer is not", all, false, look("db2", { ...synced, size: 2 }));
test("one that does not answer is not", all, false, look("db2", { error: "no answer" }));
test("one that answers again is", all, true, look("db2", { error: "no answer" }), look("db2", synced));

test("nobody was looked at yet", (t) => {
  t.false(new Seen().synced(nodes));
});
