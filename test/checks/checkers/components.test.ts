import test from "ava";
import { noDirtyReader } from "../../../checks/checkers/noDirtyReader.ts";
import { onePrimary } from "../../../checks/checkers/onePrimary.ts";
import { cutOff, databases, every, healthy, look } from "./histories.ts";
import { judged } from "./judged.ts";

const dirty = judged(noDirtyReader);
const calm = every(0, 20, (at) => databases.map((host) => healthy(at, host)));
const db1Away = [
  ...every(0, 5, (at) => healthy(at, "db1")),
  ...every(6, 12, (at) => cutOff(at, "db1")),
  ...every(13, 20, (at) => healthy(at, "db1")),
];
test("always Primary", dirty, calm, "pass", /No node was seen outside/);
test("refused while outside", dirty, db1Away, "pass", /None of 7 looks/);
test(
  "read while outside",
  dirty,
  [...db1Away.filter(({ t }) => t !== cutOff(9, "db1").t), cutOff(9, "db1", { newest: 11 })],
  "fail",
  /db1 \(non-Primary\) read 11 at 00:00:09/,
);
test(
  "read in the look in which it left",
  dirty,
  [...db1Away.filter(({ t }) => t !== cutOff(6, "db1").t), cutOff(6, "db1", { newest: 11 })],
  "pass",
  /None/,
);
test(
  "a single look outside proves nothing",
  dirty,
  [healthy(1, "db1"), cutOff(2, "db1", { newest: 1 }), healthy(3, "db1")],
  "pass",
  /None/,
);
test(
  "no look ever read anything",
  dirty,
  every(0, 20, (at) => healthy(at, "db1", { newest: undefined })),
  "unknown",
  /no look that could read/,
);
test("no look", dirty, [look(1, { what: "database", host: "db1", error: "dead" })], "unknown", /no answered look/);

const one = judged(onePrimary);
const view = (members: string[], view = 8) => ({ members, view, size: members.length });
const rest = every(6, 12, (at) => ["db2", "db3"].map((host) => healthy(at + 0.2, host, view(["db2", "db3"]))));
test("one view", one, calm, "pass", /In 63 looks/);
test(
  "a node cut off keeps its old view, then leaves",
  one,
  [
    ...every(0, 8, (at) => healthy(at, "db1")),
    ...every(9, 12, (at) => cutOff(at, "db1")),
    ...every(0, 5, (at) => healthy(at, "db2")),
    ...rest,
  ],
  "pass",
  /in one view/,
);
test(
  "split brain",
  one,
  [...every(6, 12, (at) => healthy(at, "db1", view(["db1"]))), ...rest],
  "fail",
  /^2 × .*db1 in db1 and db2 in db2\+db3|db2 in db2\+db3 and db1 in db1/,
);
test("split brain, one side seen once", one, [healthy(9, "db1", view(["db1"])), ...rest], "fail", /db1 in db1/);
test(
  "split brain of a node that refuses writes is none",
  one,
  [...every(6, 12, (at) => healthy(at, "db1", { ...view(["db1"]), readOnly: true })), ...rest],
  "pass",
  /in one view/,
);
test(
  "a node that is not ready takes no writes",
  one,
  [...every(6, 12, (at) => healthy(at, "db1", { ...view(["db1"]), ready: false })), ...rest],
  "pass",
  /in one view/,
);
test(
  "one after the other",
  one,
  [
    ...every(0, 5, (at) => healthy(at, "db1", view(["db1"], 3))),
    ...every(8, 12, (at) => healthy(at, "db2", view(["db2", "db3"], 9))),
  ],
  "pass",
  /in one view/,
);
test(
  "single looks close to each other",
  one,
  [healthy(5, "db1", view(["db1"])), healthy(5.5, "db2", view(["db2", "db3"]))],
  "unknown",
  /00:00:05/,
);
test(
  "died between two looks",
  one,
  [
    healthy(1, "db1", view(["db1"])),
    look(2, { what: "database", host: "db1", error: "dead" }),
    healthy(9, "db1", view(["db1"])),
    ...every(3, 7, (at) => healthy(at, "db2", view(["db2"]))),
  ],
  "pass",
  /in one view/,
);
test(
  "a view that is still being made",
  one,
  [...every(6, 12, (at) => healthy(at, "db1", view([]))), ...rest],
  "pass",
  /in one view/,
);
test("no look", one, [], "unknown", /no answered look/);
