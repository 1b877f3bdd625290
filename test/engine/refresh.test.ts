// What a refresh tells, and the state as a whole: taken out, put back, taken away.
import { existsSync } from "node:fs";
import test from "ava";
import { destroy, drift, exportState, importState, opens, refresh, sealedStacks } from "../../engine/index.ts";
import { Workspace } from "./fixtures/workspace.ts";

const two = async (stack: Workspace, more = {}) =>
  stack.deploy(async (thing) => {
    await thing("a", { name: "a" });
    await thing("b", { name: "b" });
  }, more);

test("a refresh tells what is gone by its name, and what is as it was", async (t) => {
  const stack = new Workspace(t);
  await two(stack);
  stack.remove("a");
  const { ok, changes } = await refresh(stack.options());
  t.deepEqual([ok, changes], [true, { delete: 1, same: 1 }]);
  t.deepEqual(stack.steps.sort(), ["delete a", "same b"]);
  t.deepEqual(stack.recorded, ["b"]);
  t.true(stack.exists("b"));
  t.deepEqual((await two(stack)).changes, { same: 3, create: 1 });
  t.true(stack.exists("a"));
});

test("a refresh of targets looks at nothing else", async (t) => {
  const stack = new Workspace(t);
  await two(stack);
  stack.remove("a");
  stack.remove("b");
  const [{ urn }] = stack.checkpoint.resources.filter(({ urn }: { urn: string }) => urn.endsWith("::a"));
  t.deepEqual((await refresh({ ...stack.options(), targets: [urn] })).changes, { delete: 1 });
  t.deepEqual(stack.recorded, ["b"]);
});

test("a look at what drifted tells the same, writes nothing, and goes on after what can't be looked at", async (t) => {
  const stack = new Workspace(t);
  await two(stack);
  stack.remove("a");
  stack.write("b.thing", "no JSON");
  const written = stack.checkpointText;
  const { ok, changes, errors } = await drift(stack.options());
  t.deepEqual([ok, changes], [false, { delete: 1 }]);
  t.deepEqual(stack.steps.sort(), ["delete a", "refresh b failed"]);
  t.is(errors.length, 1);
  t.regex(errors[0]!, /^b: /);
  t.is(stack.checkpointText, written);
  t.deepEqual(stack.recorded, ["a", "b"]);
});

test("a state is taken out sealed, put back, and goes on; taken away it stays as .bak, and nothing is recorded", async (t) => {
  const stack = new Workspace(t);
  t.is(await exportState(stack.options()), undefined);
  await two(stack);
  const state = (await exportState(stack.options()))!;
  t.true(await opens(state, "x"));
  t.false(await opens(state, "another"));
  t.deepEqual(await sealedStacks(stack.options()), [stack.checkpointPath]);

  await importState(stack.options(), undefined);
  t.is(await exportState(stack.options()), undefined);
  t.true(existsSync(`${stack.checkpointPath}.bak`));
  t.deepEqual(await sealedStacks(stack.options()), []);

  await importState(stack.options(), state);
  t.deepEqual((await two(stack)).changes, { same: 4 });
  await t.throwsAsync(importState({ ...stack.options(), stack: "other" }, state), {
    message: /state of another stack/,
  });
});

test("where nothing is recorded any more, another passphrase may begin", async (t) => {
  const stack = new Workspace(t);
  await two(stack);
  t.true((await destroy(stack.options())).ok);
  t.deepEqual(await sealedStacks(stack.options()), []);
  t.true((await two(stack, { passphrase: "another" })).ok);
});
