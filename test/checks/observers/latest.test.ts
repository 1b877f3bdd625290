import test from "ava";
import type { Look } from "../../../checks/history/events.ts";
import { clockOffset, galeraClock } from "../../../checks/observers/clock.ts";
import { NewestLooks } from "../../../checks/observers/latest.ts";
import { freshness } from "../../../checks/observers/writer.ts";

const at = (t: number) => ({ kind: "look" as const, t, end: t + 10 });
const fit = { status: "Primary", state: 4, ready: true, readOnly: false };

function latestOf(t: number, ...looks: Look[]) {
  const newest = new NewestLooks();
  for (const look of looks) newest.add(look);
  return newest.latest(t);
}

test("fit nodes: by the newest look of each", (t) => {
  const { fit: nodes } = latestOf(
    2_000,
    { ...at(0), what: "database", host: "db1", ...fit },
    { ...at(0), what: "database", host: "db2", ...fit, readOnly: true },
    { ...at(0), what: "database", host: "db3", ...fit },
    { ...at(500), what: "database", host: "db3", error: "no answer in 2 s" },
  );
  t.deepEqual(nodes, ["db1"]);
});

test("leader: whom most servers name, and only as long as that is news", (t) => {
  const looks: Look[] = [
    { ...at(0), what: "consul", server: "dns1", leader: "dns1" },
    { ...at(0), what: "consul", server: "dns2", leader: "dns3" },
    { ...at(0), what: "consul", server: "dns3", leader: "dns3" },
  ];
  t.is(latestOf(1_000, ...looks).leader, "dns3");
  t.is(latestOf(6_000, ...looks).leader, undefined);
});

test("writer: the only one", (t) => {
  const writer = (host: string, responsible: boolean): Look => ({ ...at(0), what: "writer", host, responsible });
  t.is(latestOf(0, writer("mon1", false), writer("mon2", true)).writer, "mon2");
  t.is(latestOf(0, writer("mon1", true), writer("mon2", true)).writer, undefined);
});

test("name: what each server that answers gives", (t) => {
  const { name } = latestOf(
    0,
    { ...at(0), what: "name", server: "dns1", answers: ["db1", "db2"] },
    { ...at(0), what: "name", server: "dns2", error: "ETIMEOUT" },
    { ...at(0), what: "name", server: "dns3", answers: [] },
  );
  t.deepEqual(name, { dns1: ["db1", "db2"], dns3: [] });
});

test("a heartbeat that stays the same is silence after 5 s", (t) => {
  const silence = freshness();
  t.is(silence("1-0", 0), undefined);
  t.is(silence("1-0", 5_000), undefined);
  t.is(silence("1-0", 6_000), "it has said nothing for 6 s");
  t.is(silence("2-0", 7_000), undefined);
});

test("a database's clock: from the quickest of four looks, against the middle of it", (t) => {
  t.is(clockOffset(1_901_050, { t: 1_000, end: 1_100 }, 0), 1_900);
  t.is(clockOffset(1_040, { t: 1_000, end: 1_100 }, 20), -0.03);
  const seen: Look[] = [];
  const clock = galeraClock("db1", (look) => seen.push(look as Look));
  clock({ t: 0, end: 900 }, 900);
  clock({ t: 1_000, end: 1_004 }, 1_002);
  clock({ t: 2_000, end: 2_100 }, 2_090);
  t.is(seen.length, 0);
  clock({ t: 3_000, end: 3_100 }, 3_010);
  t.like(seen[0], { what: "clock", host: "db1", service: "galera", t: 1_000, end: 1_004 });
  t.is(seen.length, 1);
});
