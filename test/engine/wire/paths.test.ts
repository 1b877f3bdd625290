import test from "ava";
import { keepOld, parsePath, pathContains } from "../../../engine/wire/paths.ts";

test("paths as Pulumi writes them", (t) => {
  t.deepEqual(parsePath('a.b[0]["c.d"].*'), ["a", "b", 0, "c.d", "*"]);
  t.deepEqual(parsePath('root["quo\\"te"][*]'), ["root", 'quo"te', "*"]);
  t.true(pathContains(parsePath("ports[*]"), parsePath("ports[1].internal")));
  t.false(pathContains(parsePath("ports[0]"), parsePath("ports[1].internal")));
});

test("ignoreChanges puts back what was, and takes out what was not", (t) => {
  const keep = (now: object, old: object, path: string) => keepOld(now as never, old as never, parsePath(path));
  t.deepEqual(keep({ a: 1, b: 2 }, { a: 0 }, "a"), { a: 0, b: 2 } as never);
  t.deepEqual(keep({ a: 1, b: 2 }, { b: 2 }, "a"), { b: 2 } as never);
  t.deepEqual(keep({ b: 2 }, { a: 0, b: 2 }, "a"), { a: 0, b: 2 } as never);
  t.deepEqual(keep({ l: [{ x: 1, y: 1 }] }, { l: [{ x: 0, y: 0 }] }, "l[0].x"), { l: [{ x: 0, y: 1 }] } as never);
  t.deepEqual(keep({ l: [{ x: 1 }, { x: 2 }] }, { l: [{ x: 0 }] }, "l[*].x"), { l: [{ x: 0 }, {}] } as never);
  t.deepEqual(keep({ m: { k: 1, n: 1 } }, { m: { k: 0 } }, "m.*"), { m: { k: 0 } } as never);
});
