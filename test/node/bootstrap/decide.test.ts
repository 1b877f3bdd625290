import test from "ava";
import { decide } from "../../../node/bootstrap/index.ts";
import { situationOf } from "./situations.ts";

const ours = "96ee8015-e56e-11f1-8fb5-a36e41aba6e9";
const does = (...lines: string[]) => decide(situationOf(lines)).do;

/** Rules by themselves; situations as a node sees them are in table.test.ts. */
test("a component without quorum starts again where some of it take no clients, though others wait beside it", (t) => {
  const alone = (size: number) => `self db1 running ${ours} 12 ${size}`;
  t.is(does(alone(2), "peer db2 starting", "peer db3 empty"), "restart");
  t.is(does(alone(2), "peer db2 starting", `peer db3 ${ours} 14`), "restart");
  t.is(does(alone(3), "peer db2 starting", "peer db3 empty", "arbitrators 1"), "restart");
  t.is(does(alone(3), "peer db2 starting", `peer db3 nonprimary ${ours} 12 0 3`, "peer db4 empty"), "restart");
  // The one that starts may be in another one, or a member that is counted here.
  t.is(does(alone(1), "peer db2 starting", "peer db3 empty"), "wait");
  t.is(does(alone(3), "peer db2 starting", "peer db3 empty"), "wait");
  for (const unsure of ["silent", "absent", "running", "unreadable"]) {
    t.is(does(alone(2), "peer db2 starting", `peer db3 ${unsure}`), "wait", unsure);
  }
});

test("nobody rejoins a last view that some had left while one of these waits, and has more", (t) => {
  const before = [`self db2 ${ours} 11`, `peer db1 ${ours} 12`];
  t.is(does(...before, `peer db3 nonprimary ${ours} 11 0 1`, "view 1"), "wait");
  // All of it must be back, the one that has more as well; or one that runs has as much.
  t.is(does(...before, `peer db3 nonprimary ${ours} 11 0 1`, "view 3"), "rejoin");
  t.is(does(...before, `peer db3 nonprimary ${ours} 12 0 1`, "view 1"), "rejoin");
  // It waits, and the one that runs does, too, from then on: the highest position starts.
  t.is(does(`self db3 running ${ours} 11 1`, `peer db1 ${ours} 12`, `peer db2 ${ours} 11`), "restart");
});

test("a database that has not committed anything yet names its cluster all the same", (t) => {
  const theirs = "2606c3b6-e56c-11f1-ab00-e3edf83cf378";
  t.is(does(`self db1 ${theirs} 12`, `peer db2 primary ${ours} -1 4 2`), "refuse");
  t.is(does(`self db1 running ${ours} -1 2`, `peer db2 nonprimary ${ours} -1 0 2`), "promote");
  t.is(does(`self db1 running ${ours} -1 2`, `peer db2 nonprimary ${theirs} -1 0 2`), "wait");
});
