import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { loadWhenUsed } from "../../core/loadWhenUsed.ts";

const folder = mkdtempSync(join(tmpdir(), "trivet-later-"));
test.after.always(() => rmSync(folder, { recursive: true }));
const require = createRequire(join(folder, "library.cjs"));
const loaded: string[] = [];
(globalThis as { loadedLater?: string[] }).loadedLater = loaded;

/** A module that says when it is loaded. */
function write(name: string, exported: string): void {
  writeFileSync(join(folder, `${name}.cjs`), `globalThis.loadedLater.push("${name}"); module.exports = ${exported};`);
}

const used = test.macro<[string, string, (exports: never) => unknown, unknown]>((t, name, exported, use, result) => {
  write(name, exported);
  loadWhenUsed(require, `./${name}.cjs`);
  const exports = require(`./${name}.cjs`);
  t.false(loaded.includes(name));
  t.deepEqual(use(exports as never), result);
  t.deepEqual(use(exports as never), result);
  t.deepEqual(
    loaded.filter((each) => each === name),
    [name],
  );
  t.not(require(`./${name}.cjs`), exports);
});
test("a function", used, "called", "(a, b) => a + b", (sum: (a: number, b: number) => number) => sum(1, 2), 3);
test(
  "a class",
  used,
  "made",
  "class { constructor(a) { this.a = a } }",
  (Made: new (a: number) => { a: number }) => ({ ...new Made(1) }),
  {
    a: 1,
  },
);
test("an object", used, "looked", "{ word: 'there' }", ({ word }: { word: string }) => word, "there");

test("a module that is loaded already stays, and one that is missing is nobody's matter", (t) => {
  write("there", "{}");
  const there = require("./there.cjs");
  loadWhenUsed(require, "./there.cjs");
  t.is(require("./there.cjs"), there);
  t.notThrows(() => loadWhenUsed(require, "./missing.cjs"));
});
