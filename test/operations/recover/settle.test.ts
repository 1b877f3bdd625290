import test from "ava";
import type { Evidence } from "../../../node/bootstrap/index.ts";
import { plan } from "../../../operations/recover/plan.ts";
import { Contradiction, settle } from "../../../operations/recover/settle.ts";
import { clean, crashed, empty, missing, theirs, unreadable, view, without } from "./nodes.ts";

const before = [without("db1", 12), without("db2", 12), clean("db3", 9)];
const agreed = plan(before).plan!;

const settles = test.macro<[Evidence[], string]>((t, nodes, expected) => {
  const { host, position } = settle(agreed, nodes);
  t.is(`${host} at ${position.seqno}`, expected);
});
const contradicts = test.macro<[Evidence[], RegExp]>((t, nodes, message) => {
  t.throws(() => settle(agreed, nodes), { instanceOf: Contradiction, message });
});

test("as planned", settles, [clean("db1", 12), clean("db2", 12), clean("db3", 9)], "db1 at 12");
test(
  "what was received was applied before the end",
  settles,
  [clean("db1", 12), clean("db2", 14), clean("db3", 9)],
  "db2 at 14",
);
test("a node without data still joins", settles, [clean("db1", 12), empty("db2"), clean("db3", 9)], "db1 at 12");
test("lower than before", contradicts, [clean("db1", 11), clean("db2", 11), clean("db3", 9)], /was 12, and is 11 now/);
test("nothing left", contradicts, [empty("db1"), empty("db2"), empty("db3")], /was 12, and is gone now/);
test(
  "one started again",
  contradicts,
  [clean("db1", 12), clean("db2", 12, { doing: "waiting" }), clean("db3", 9)],
  /db2 .* is waiting/,
);
test(
  "one can't be read any more",
  contradicts,
  [clean("db1", 12), clean("db2", 12), unreadable("db3")],
  /db3 .* stopped at unreadable/,
);
test(
  "another cluster's data",
  contradicts,
  [clean("db1", 12), clean("db2", 12, { position: { uuid: theirs, seqno: 99 } }), clean("db3", 9)],
  /db2 has data of another cluster/,
);

test("who is left out does not count", (t) => {
  const seen = (own: string) => view(3, own, "1", "2", "3");
  const nodes = [crashed("db1", 12, seen("1")), crashed("db2", 12, seen("2")), missing("db3")];
  const outcome = plan(nodes, { without: ["db3"] }).plan!;
  t.is(settle(outcome, [clean("db1", 12), clean("db2", 12), unreadable("db3")]).host, "db1");
});
