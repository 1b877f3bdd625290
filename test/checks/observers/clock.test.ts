import test from "ava";
import type { Look } from "../../../checks/history/events.ts";
import { clockOffset, galeraClock } from "../../../checks/observers/clock.ts";

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
