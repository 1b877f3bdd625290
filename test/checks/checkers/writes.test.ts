import test from "ava";
import { nodesAgree } from "../../../checks/checkers/nodesAgree.ts";
import { noFailedWrite } from "../../../checks/checkers/noFailedWrite.ts";
import { noWriteLost } from "../../../checks/checkers/noWriteLost.ts";
import { unknownAccounted } from "../../../checks/checkers/unknownAccounted.ts";
import type { Outcome } from "../../../checks/history/events.ts";
import { final, op } from "./histories.ts";
import { judged } from "./judged.ts";

const insert = (id: number, outcome: Outcome = "ok") => op(id, { workload: "ledger", op: "insert", id, outcome });
const transfer = (id: number, outcome: Outcome = "ok") =>
  op(id, { workload: "bank", op: "transfer", id, from: 1, to: 2, amount: 5, outcome });
const ledger = (ids: number[], nodes?: string[]) => final({ workload: "ledger", ids }, nodes);
const bank = (ids: number[], nodes?: string[]) => final({ workload: "bank", ids, total: 100, expected: 100 }, nodes);

const lost = judged(noWriteLost);
test("all there", lost, [insert(1), insert(2), transfer(3), ...ledger([1, 2]), ...bank([3])], "pass", /All 3 ack/);
test(
  "lost on one node",
  lost,
  [insert(1), insert(2), ...ledger([1, 2], ["db1", "db2"]), ...ledger([1], ["db3"])],
  "fail",
  /ledger 2 .* not on db3/,
);
test("a transfer lost everywhere", lost, [transfer(1), transfer(2), ...bank([1])], "fail", /^3 × .*bank 2/);
test(
  "there twice",
  lost,
  [insert(1), ...ledger([1, 1], ["db1"]), ...ledger([1], ["db2", "db3"])],
  "fail",
  /ledger 1 is on db1 2 times/,
);
test("one node not read", lost, [insert(1), ...ledger([1], ["db1", "db2"])], "unknown", /db3 was not read/);
test(
  "one node not readable",
  lost,
  [insert(1), ...ledger([1], ["db1", "db2"]), ...final({ workload: "ledger", error: "1047" }, ["db3"])],
  "unknown",
  /db3/,
);
test("lost on one node, another not read", lost, [insert(1), ...ledger([], ["db1"])], "fail", /db1/);
test("nothing acknowledged", lost, [insert(1, "unknown"), ...ledger([1])], "unknown", /no acknowledged write/);
test("more than twenty lost", lost, [...Array(50).keys()].map((id) => insert(id)).concat(ledger([])), "fail", /^150 ×/);

const failed = judged(noFailedWrite);
test("none there", failed, [insert(1), insert(2, "fail"), ...ledger([1])], "pass", /None of 1 failed writes \(of 2\)/);
test(
  "one there",
  failed,
  [insert(1), insert(2, "fail"), ...ledger([1], ["db1", "db3"]), ...ledger([1, 2], ["db2"])],
  "fail",
  /ledger 2 failed and is on db2/,
);
test("a failed transfer there", failed, [transfer(1, "fail"), ...bank([1])], "fail", /^3 ×/);
test("tried again and acknowledged", failed, [insert(1, "fail"), insert(1), ...ledger([1])], "pass", /None/);
test("not read", failed, [insert(1, "fail")], "unknown", /db1 was not read/);
test("no write", failed, [], "unknown", /no write/);

const accounted = judged(unknownAccounted);
test(
  "there or not",
  accounted,
  [insert(1, "unknown"), insert(2, "unknown"), ...ledger([1])],
  "pass",
  /Of 2 .* 1 are on all nodes, 1 on none/,
);
test(
  "nodes differ",
  accounted,
  [insert(1, "unknown"), ...ledger([1], ["db1", "db2"]), ...ledger([], ["db3"])],
  "fail",
  /ledger 1 is only on db1, db2/,
);
test(
  "transfers differ",
  accounted,
  [transfer(1, "unknown"), ...bank([1], ["db1"]), ...bank([], ["db2", "db3"])],
  "fail",
  /bank 1 is only on db1/,
);
test("none unknown", accounted, [insert(1)], "pass", /None of 1/);
test("not read", accounted, [insert(1, "unknown"), ...ledger([1], ["db1"])], "unknown", /db2 was not read/);
test("no write", accounted, [], "unknown", /no write/);

const agree = judged(nodesAgree);
const counter = (value: number, nodes?: string[]) => final({ workload: "counter", value }, nodes);
const updates = (values: number[], nodes?: string[]) => final({ workload: "lost-update", values }, nodes);
test(
  "the same, in another order",
  agree,
  [...ledger([1, 2], ["db1"]), ...ledger([2, 1], ["db2", "db3"]), ...bank([1]), ...counter(4), ...updates([1, 2])],
  "pass",
  /12 final reads/,
);
test(
  "an id on one node only",
  agree,
  [...ledger([1], ["db1", "db2"]), ...ledger([1, 9], ["db3"])],
  "fail",
  /db1 and db3 differ in id 9/,
);
test("an id twice on one node", agree, [...ledger([1], ["db1", "db2"]), ...ledger([1, 1], ["db3"])], "fail", /id 1/);
test(
  "totals differ",
  agree,
  [...bank([1], ["db1", "db2"]), ...final({ workload: "bank", ids: [1], total: 90, expected: 100 }, ["db3"])],
  "fail",
  /total/,
);
test("counters differ", agree, [...counter(4, ["db1", "db2"]), ...counter(5, ["db3"])], "fail", /counter/);
test("a register differs", agree, [...updates([1, 2], ["db1", "db2"]), ...updates([1, 3], ["db3"])], "fail", /key 1/);
test("written, and one node not read", agree, [insert(1), ...ledger([1], ["db1", "db3"])], "unknown", /db2/);
test("nothing", agree, [], "unknown", /Nothing/);
