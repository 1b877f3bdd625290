// One run after the other, and when that ends.
import test from "ava";
import { type Doing, runStages } from "../../../../cli/environment/change/run.ts";
import { Failure } from "../../../../core/errors.ts";

const stages = [{ targets: ["shared"] }, { domain: "fd1", targets: ["a"] }, { domain: "fd2", targets: ["b"] }, {}];

/** Writes down what is done; `failing` is what goes wrong. */
function doing(failing?: string) {
  const done: string[] = [];
  let domain = "";
  const work: Doing = {
    up: async (targets) => {
      const what = `up ${targets?.join() ?? "all"}`;
      done.push(what);
      const ok = what !== failing;
      return { ok, changes: { update: 1, same: 3 }, outputs: {}, errors: ok ? [] : ["it failed"], ms: 1 };
    },
    healthy: async () => {
      done.push("healthy?");
      if (`healthy ${domain}` === failing) throw new Failure("db1 is not fit.");
    },
    begins: (name) => {
      domain = name;
    },
    has: (name) => done.push(`${name} has it`),
  };
  return { done, work };
}

test("each domain is well before the next, and before what is left", async (t) => {
  const { done, work } = doing();
  const result = await runStages("site", stages, work);
  t.deepEqual(done, [...["up shared", "up a", "fd1 has it", "healthy?", "up b", "fd2 has it", "healthy?", "up all"]]);
  t.like(result, { ok: true, changes: { update: 4, same: 3 }, ms: 4 });
});

test("it ends where a domain is not well, and says what was left", async (t) => {
  const { done, work } = doing("healthy fd1");
  await t.throwsAsync(runStages("site", stages, work), {
    instanceOf: Failure,
    message: "db1 is not fit.\nStopped here; as before are fd2. Go on when it is healthy: trivet up site",
  });
  t.deepEqual(done, ["up shared", "up a", "fd1 has it", "healthy?"]);
});

test("it ends with a run that failed, whose domain does not have the new settings", async (t) => {
  const { done, work } = doing("up a");
  t.like(await runStages("site", stages, work), { ok: false, errors: ["it failed"], changes: { update: 2 } });
  t.deepEqual(done, ["up shared", "up a"]);
});

test("one run for all waits for nothing of its own; none at all is nothing", async (t) => {
  const { done, work } = doing();
  await runStages("site", [{}], work);
  t.deepEqual(done, ["up all"]);
  t.is(await runStages("site", [], work), undefined);
});
