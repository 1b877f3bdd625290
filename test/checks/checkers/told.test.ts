import test from "ava";
import { clocksTold } from "../../../checks/checkers/clocksTold.ts";
import { notifiedOnce } from "../../../checks/checkers/notifiedOnce.ts";
import { databases, every, fault, healthy, look, second } from "./histories.ts";
import { judged } from "./judged.ts";

const notified = judged(notifiedOnce);
const told = (at: number, object: string, type: "PROBLEM" | "RECOVERY" | "OTHER", from = "mon1") =>
  look(at, { what: "notification", object, type, state: type === "PROBLEM" ? "CRITICAL" : "OK", from });
const pair = (object: string) => [told(10, object, "PROBLEM"), told(30, object, "RECOVERY")];
const must = { must: ["db1!mysql"], may: ["db1"] };
test("one pair", notified, pair("db1!mysql"), "pass", /1 expected outages and 1 objects/, must);
test("one pair of what may as well", notified, [...pair("db1!mysql"), ...pair("db1")], "pass", /2 objects/, must);
test("none sent", notified, [healthy(1, "db1")], "fail", /db1!mysql: no notification/, must);
test(
  "no recovery",
  notified,
  [told(10, "db1!mysql", "PROBLEM")],
  "fail",
  /expected one PROBLEM, then one RECOVERY/,
  must,
);
test("no problem", notified, [told(30, "db1!mysql", "RECOVERY")], "fail", /expected one PROBLEM/, must);
test(
  "in the wrong order",
  notified,
  [told(10, "db1!mysql", "RECOVERY"), told(30, "db1!mysql", "PROBLEM")],
  "fail",
  /expected one PROBLEM/,
  must,
);
test(
  "by both masters",
  notified,
  [...pair("db1!mysql"), told(10.1, "db1!mysql", "PROBLEM", "mon2")],
  "fail",
  /PROBLEM from mon2 at 00:00:10.100/,
  must,
);
test(
  "twice of what may",
  notified,
  [...pair("db1!mysql"), ...pair("db1"), told(40, "db1", "PROBLEM")],
  "fail",
  /^1 × .*db1, expected/,
  must,
);
test(
  "of what was not touched",
  notified,
  [...pair("db1!mysql"), ...pair("web1")],
  "fail",
  /web1, which was not touched/,
  must,
);
test(
  "another type of what may",
  notified,
  [...pair("db1!mysql"), told(12, "db1", "OTHER")],
  "pass",
  /1 expected/,
  must,
);
test("nothing expected, nothing sent", notified, [healthy(1, "db1")], "pass", /0 expected/);
test("no event", notified, [], "unknown", /no event/);

const clocks = judged(clocksTold);
const offsets = (from: number, to: number, host: string, offset: number, took = 0.05) =>
  every(from, to, (at) => look(at, { what: "clock", host, service: "chrony", offset, end: second(at + took) }));
const named = (from: number, to: number, answers: string[]) =>
  every(from, to, (at) => look(at, { what: "name", server: "dns1", answers }));
const skewed = fault(10, 60, ["db1"], "clock db1 galera");
test("all right", clocks, offsets(0, 20, "db1", 0.0002), "pass", /All others are within 0.1 s/);
test(
  "told and fenced",
  clocks,
  [
    ...skewed,
    ...offsets(0, 12, "db1", 0),
    ...offsets(13, 60, "db1", 1900),
    ...offsets(0, 60, "db2", -0.01),
    ...named(0, 20, databases),
    ...named(21, 60, ["db2", "db3"]),
  ],
  "pass",
  /1 wrong clocks told in time/,
);
test("behind is wrong too", clocks, [...skewed, ...offsets(13, 60, "db1", -3600)], "pass", /1 wrong clocks/);
test(
  "never told",
  clocks,
  [...skewed, ...offsets(0, 60, "db1", 0)],
  "fail",
  /db1 .*no look told more than 1 s within 20.00 s/,
);
test(
  "told too late",
  clocks,
  [...skewed, ...offsets(0, 39, "db1", 0), ...offsets(40, 60, "db1", 1900)],
  "fail",
  /no look told/,
);
test(
  "healed before the time was up",
  clocks,
  [...fault(10, 20, ["db1"], "clock db1 galera"), ...offsets(0, 20, "db1", 0)],
  "unknown",
  /before it was healed/,
);
test(
  "still in the name",
  clocks,
  [...skewed, ...offsets(13, 60, "db1", 1900), ...named(0, 60, databases)],
  "fail",
  /dns1 still named it at 00:00:26/,
);
test(
  "another clock is wrong",
  clocks,
  [...skewed, ...offsets(13, 60, "db1", 1900), ...offsets(0, 60, "mon1", 0.2)],
  "fail",
  /mon1 \(chrony\) is off by 0.2 s/,
);
test("a slow look may see a right clock wrong", clocks, offsets(0, 20, "mon1", 0.2, 0.5), "pass", /All/);
test("a clock that comes right after healing", clocks, [...skewed, ...offsets(13, 80, "db1", 1900)], "pass", /1 wrong/);
test("not looked at, no clock fault", clocks, [healthy(1, "db1")], "pass", /not looked at/);
test("not looked at, a clock fault", clocks, skewed, "unknown", /no look at a clock/);
