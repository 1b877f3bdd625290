import test from "ava";
import { liveLine } from "../../../checks/report/live.ts";

const given = {
  experiment: "database-kill",
  n: 3,
  of: 40,
  phase: "fault",
  elapsedSeconds: 31.6,
  ok: 1_204,
  fail: 3,
  unknown: 1,
  available: true,
};

test("phase, time, availability and counts on one line", (t) => {
  t.is(liveLine(given), "3/40 fault 32 s, available, 1,204 ok, 3 failed, 1 unknown");
  t.regex(
    liveLine({ ...given, available: false, detail: "kill galera on db1" }),
    /NOT AVAILABLE, .*: kill galera on db1$/,
  );
});

test("before there are writes there is nothing to say about them", (t) => {
  const line = liveLine({ ...given, phase: "gate", ok: 0, fail: 0, unknown: 0, available: false, detail: "db1 joins" });
  t.is(line, "3/40 gate 32 s: db1 joins");
});

test("it stays one line", (t) => {
  const line = liveLine({ ...given, detail: `db1\n${"is not Synced ".repeat(20)}` });
  t.true(line.length <= 118 && !line.includes("\n") && line.endsWith("…"));
});
