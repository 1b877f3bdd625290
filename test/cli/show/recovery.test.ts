import test from "ava";
import { evidenceText, planText, refusalsText } from "../../../cli/show/recovery.ts";
import { plan } from "../../../operations/recover/index.ts";
import { clean, crashed, missing, ours, view } from "../../operations/recover/nodes.ts";

const nodes = [
  crashed("db1", 12, view(3, "1", "1", "2", "3"), { detail: "wait: no answer, alive or not: db3" }),
  clean("db2", 11, { safeToBootstrap: true }),
  missing("db3"),
];

test("what each node has", (t) => {
  t.is(
    evidenceText(nodes),
    `HOST  IS       POSITION                                 STOPPED     WRITTEN               LAST VIEW               SAFE  DETAIL
db1   waiting  ${ours}:12  by a crash  2026-11-21T12:00:00Z  3 of view-3, 3 members        wait: no answer, alive or not: db3
db2   stopped  ${ours}:11  cleanly     2026-11-21T12:00:00Z                          1
db3   missing  unknown                                                                                                  there is no container trivet-test-db3-galera`,
  );
});

test("a refusal tells what to do", (t) => {
  t.regex(refusalsText(plan(nodes).refusals!), /^No plan:\n {2}- db3 is missing .*--without db3$/);
});

test("a plan tells how to carry out the very same", (t) => {
  const seen = (own: string) => view(3, own, "1", "2", "3");
  const { plan: agreed } = plan([crashed("db1", 12, seen("1")), crashed("db2", 12, seen("2")), missing("db3")], {
    without: ["db3"],
  });
  t.is(
    planText("dev", agreed!),
    `Plan:
  1. db1 starts the cluster at ${ours}:12, under a new uuid
  2. db2 joins, until it is Synced
  3. left out: db3 (stopped where it can be reached, its data untouched)
Why:
  - db1, db2 have the same, highest position: the first by name starts.
  - 2 of the 3 members of the last view of db1 are here: the others could not go on without them. Whether one of them was started anew since then can't be seen from here.
  - What only db3 committed is lost. The cluster gets a new uuid, so that db3 can't come back with other data under the same name; all others take their data anew.

Nothing was changed. To do it: trivet recover dev --without db3 --apply`,
  );
});
