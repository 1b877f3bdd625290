import test from "ava";
import type { Broken } from "../../../checks/guard/leftovers.ts";
import { openFaults } from "../../../checks/guard/leftovers.ts";
import { leftText, passingText } from "../../../cli/environment/broken.ts";

test("what is open in a guard's journal: not healed, or not restored", (t) => {
  const folders = [
    "1764469200000-0-loss-sat1",
    "1764469200001-1-kill-9-galera-on-db1",
    "1764469200002-2-loss-on-b-percent-10-",
  ];
  const paths = [
    "journal/",
    `journal/${folders[0]}/`,
    `journal/${folders[0]}/heal`,
    `journal/${folders[0]}/healed`,
    `journal/${folders[1]}/healed`,
    `journal/${folders[1]}/lock`,
    `journal/${folders[2]}/restore`,
  ];
  t.deepEqual(openFaults(paths), ["loss-on-b-percent-10", "loss-sat1"]);
  t.deepEqual(openFaults(["journal/"]), []);
});

const broken = (healer: Broken["healer"], ...faults: string[]): Broken => ({ endpoint: "unix:///x", healer, faults });

test("what nobody heals is told with the way to heal it", (t) => {
  t.is(
    leftText("dev", [broken("nobody", "loss-sat1")]),
    "A chaos run that was killed has left this broken: loss-sat1. Heal it: trivet heal dev",
  );
  t.is(passingText("dev", [broken("nobody", "loss-sat1")]), undefined);
});

test("faults of a run that is at work, or that its guard heals, are not taken for left", (t) => {
  t.is(leftText("dev", [broken("run", "kill-db1"), broken("guard", "loss-sat1")]), undefined);
  t.is(
    passingText("dev", [broken("run", "kill-db1")]),
    "A chaos run is at work on dev; broken on purpose just now: kill-db1.",
  );
  t.is(passingText("dev", [broken("run")]), "A chaos run is at work on dev; broken on purpose just now: nothing.");
  t.is(
    passingText("dev", [broken("guard", "loss-sat1")]),
    "A chaos run was killed, and its guard heals what that left: loss-sat1.",
  );
});
