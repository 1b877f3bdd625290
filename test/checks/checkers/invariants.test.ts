import test from "ava";
import { bankConstant } from "../../../checks/checkers/bankConstant.ts";
import { counterExact } from "../../../checks/checkers/counterExact.ts";
import { noLostUpdate } from "../../../checks/checkers/noLostUpdate.ts";
import { readYourWrites } from "../../../checks/checkers/readYourWrites.ts";
import type { Outcome } from "../../../checks/history/events.ts";
import { final, op } from "./histories.ts";
import { judged } from "./judged.ts";

const bank = judged(bankConstant);
const total = (at: number, total: number) => op(at, { workload: "bank", op: "total", total });
const accounts = (total: number, nodes?: string[]) => final({ workload: "bank", ids: [], total, expected: 100 }, nodes);
test("always the same", bank, [total(1, 100), total(2, 100), ...accounts(100)], "pass", /All 2 totals/);
test(
  "half a transfer read on the way",
  bank,
  [total(1, 100), total(2, 95), ...accounts(100)],
  "fail",
  /95 instead of 100 at 00:00:02.000 on db1/,
);
test(
  "wrong at last on one node",
  bank,
  [total(1, 100), ...accounts(100, ["db1", "db2"]), ...accounts(105, ["db3"])],
  "fail",
  /105 .* at last on db3/,
);
test("totals differ and nothing read at last", bank, [total(1, 100), total(2, 95)], "fail", /95/);
test("not read at last", bank, [total(1, 100)], "unknown", /not read/);
test("no operation", bank, accounts(100), "unknown", /no operation/);

const counter = judged(counterExact);
const increment = (outcome: Outcome = "ok") => op(1, { workload: "counter", op: "increment", outcome });
const value = (value: number, nodes?: string[]) => final({ workload: "counter", value }, nodes);
test(
  "all acknowledged, none of the failed",
  counter,
  [increment(), increment(), increment("fail"), ...value(2)],
  "pass",
  /2 on all nodes/,
);
test(
  "some of the unknown",
  counter,
  [increment(), increment("unknown"), increment("unknown"), ...value(2)],
  "pass",
  /expected 1 to 3/,
);
test("too low", counter, [increment(), increment(), ...value(1)], "fail", /1 on db1, expected 2/);
test("too high", counter, [increment(), increment("unknown"), ...value(3)], "fail", /3 on db1, expected 1 to 2/);
test(
  "nodes differ",
  counter,
  [increment(), increment("unknown"), ...value(1, ["db1", "db2"]), ...value(2, ["db3"])],
  "fail",
  /nodes differ/,
);
test("one node not read", counter, [increment(), ...value(1, ["db1", "db2"])], "unknown", /db3/);
test("no increment", counter, value(0), "unknown", /no increment/);

const lostUpdate = judged(noLostUpdate);
const update = (key: number, read: number | undefined, outcome: Outcome = "ok") =>
  op(1, { workload: "lost-update", op: "update", key, read, outcome });
const registers = (values: number[], nodes?: string[]) => final({ workload: "lost-update", values }, nodes);
test(
  "one after the other",
  lostUpdate,
  [update(0, 0), update(0, 1), update(1, 0), update(1, undefined, "fail"), ...registers([2, 1])],
  "pass",
  /None of 3/,
);
test(
  "an unknown one that was done",
  lostUpdate,
  [update(0, 0), update(0, undefined, "unknown"), update(0, 2), ...registers([3])],
  "pass",
  /None/,
);
test(
  "two from the same value",
  lostUpdate,
  [update(0, 0), update(0, 0), ...registers([1])],
  "fail",
  /2 updates started from key 0 at 0/,
);
test(
  "final value too low",
  lostUpdate,
  [update(0, 0), update(0, 1), ...registers([1])],
  "fail",
  /key 0 is 1 on db1, expected 2/,
);
test("final value missing", lostUpdate, [update(0, 0), update(1, 0), ...registers([1])], "fail", /key 1 is missing/);
test(
  "final value too high on one node",
  lostUpdate,
  [update(0, 0), ...registers([1], ["db1", "db2"]), ...registers([2], ["db3"])],
  "fail",
  /key 0 is 2 on db3/,
);
test("not read at last", lostUpdate, [update(0, 0)], "unknown", /not read/);
test("none acknowledged", lostUpdate, [update(0, undefined, "fail"), ...registers([0])], "unknown", /no acknowledged/);

const reread = judged(readYourWrites);
const read = (id: number, syncWait: 0 | 1, found: boolean | undefined, outcome: Outcome = "ok") =>
  op(id, { workload: "read-your-writes", op: "reread", id, writtenAt: "db2", syncWait, found, outcome });
test(
  "found when waited for; stale without is only counted",
  reread,
  [read(1, 1, true), read(2, 0, false), read(3, 0, true)],
  "pass",
  /without it 1 of 2/,
);
test(
  "stale although waited for",
  reread,
  [read(1, 1, true), read(2, 1, false)],
  "fail",
  /2, written at db2, not found on db1/,
);
test("one that failed is none", reread, [read(1, 1, true), read(2, 1, undefined, "fail")], "pass", /All 1 /);
test("never waited for", reread, [read(1, 0, true)], "unknown", /no answered reread/);
