import test from "ava";
import { freshness } from "../../../checks/observers/writer.ts";

test("a heartbeat that stays the same is silence after 5 s", (t) => {
  const silence = freshness();
  t.is(silence("1-0", 0), undefined);
  t.is(silence("1-0", 5_000), undefined);
  t.is(silence("1-0", 6_000), "it has said nothing for 6 s");
  t.is(silence("2-0", 7_000), undefined);
});
