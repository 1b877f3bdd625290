import test from "ava";
import { judgeCheck, judgeDisk } from "../../../node/health/check.ts";
import { judgeHealth } from "../../../node/health/judge.ts";
import { checks, healths, uuid } from "./table.ts";

for (const { what, facts, fit, state, detail } of healths) {
  test(`health: ${what}`, (t) => {
    const judged = judgeHealth(facts);
    t.like(judged, { fit, said: { state, detail } });
    // By that it is known whether a database answered at all.
    t.is("clusterStatus" in judged.said, facts.database !== undefined);
  });
}

test("health: what others read of it", (t) => {
  t.is(
    JSON.stringify(judgeHealth(healths[0]!.facts).said),
    `{"state":"Synced","detail":"Primary, 3 nodes","clusterStatus":"Primary","localState":4,"ready":true,"clusterSize":3,"readOnly":false,"clusterUuid":"${uuid}","clock":0.012,"diskUsed":10.3}`,
  );
});

for (const { what, facts, othersWrite, state, said } of checks) {
  test(`Consul's check: ${what}`, (t) => {
    t.deepEqual(judgeCheck(facts, othersWrite), { state, said });
  });
}

for (const [used, state, said] of [
  [79.9, "passing", "disk 79 % full"],
  [80, "warning", "disk 80 % full"],
  [94.9, "warning", "disk 94 % full"],
  [95, "critical", "disk 95 % full: no writes, make room below 90 %"],
  [100, "critical", "disk 100 % full: no writes, make room below 90 %"],
] as const) {
  test(`the disks: ${used} %`, (t) => {
    t.deepEqual(judgeDisk({ warning: 80, full: 95, counted: 0, used }), { state, said });
  });
}
