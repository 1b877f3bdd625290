import test from "ava";
import { type Part, type Print, sideBySide } from "../../../cli/test/sideBySide.ts";

const one = { passed: 1, failed: 0, skipped: 0 };

/** A part that prints its name and what it is told to, until it is told to end. */
function part(name: string) {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let say: Print;
  const run: Part = async (print) => {
    say = print;
    print(`${name} begins`);
    await promise;
    print(`${name} is over`);
    return one;
  };
  return { run, say: (text: string) => say(text), end: resolve, fail: (message: string) => reject(new Error(message)) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("printed is one part after the other, the first that is not over as it comes", async (t) => {
  const printed: string[] = [];
  const [a, b, c] = [part("a"), part("b"), part("c")];
  const counts = sideBySide([a.run, b.run, c.run], (...words) => printed.push(...words));
  b.say("b: 1");
  a.say("a: 1");
  t.deepEqual(printed, ["a begins", "a: 1"]);
  b.end();
  await settled();
  c.say("c: 1");
  t.deepEqual(printed, ["a begins", "a: 1"], "b is over, and it is not its turn");
  a.end();
  await settled();
  t.deepEqual(printed.slice(2), ["a is over", "b begins", "b: 1", "b is over", "c begins", "c: 1"]);
  c.say("c: 2");
  t.is(printed.at(-1), "c: 2");
  c.end();
  t.deepEqual(await counts, [one, one, one]);
  t.is(printed.at(-1), "c is over");
});

test("a part that breaks is one failed test, told in its place; the others go on", async (t) => {
  const printed: string[] = [];
  const [a, b] = [part("a"), part("b")];
  const counts = sideBySide([a.run, b.run], (...words) => printed.push(...words));
  b.fail("no such program");
  await settled();
  a.end();
  t.deepEqual(await counts, [one, { passed: 0, failed: 1, skipped: 0 }]);
  t.deepEqual(printed, ["a begins", "a is over", "b begins", "  ✖ no such program"]);
});
