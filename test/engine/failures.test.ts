// A run that ends early leaves a state from which the next one completes.
import { fork } from "node:child_process";
import { readdirSync, readlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import test from "ava";
import { destroy, refresh, up } from "../../engine/index.ts";
import { secret } from "../../engine/wire/values.ts";
import { Workspace } from "./fixtures/workspace.ts";

const RUNNER = fileURLToPath(new URL("./fixtures/runner.ts", import.meta.url));

test("a creation that fails: what runs is finished and recorded, no other begins, the next run completes", async (t) => {
  const stack = new Workspace(t);
  const result = await stack.deploy(async (thing) => {
    await thing("a", { name: "a" });
    await thing("b", { name: "b", fail: "create" }).catch(() => {});
    await t.throwsAsync(thing("c", { name: "c" }));
  });
  t.deepEqual(result.errors, ["b: b does not like create"]);
  t.deepEqual(stack.recorded, ["a"]);
  t.is(stack.checkpoint.pending_operations, undefined);
  await stack.deploy(async (thing) => {
    for (const name of ["a", "b", "c"]) await thing(name, { name });
  });
  t.deepEqual(stack.steps, ["same a", "create b", "create c"]);
});

test("an error that quotes a secret is told without it", async (t) => {
  const stack = new Workspace(t);
  const result = await stack.deploy((thing) => thing("a", { name: secret("hush-hush"), fail: "create" }));
  t.deepEqual(result.errors, ["a: [secret] does not like create"]);
  t.false(JSON.stringify(stack.events).includes("hush"));
});

test("what exists but did not come up is recorded, and updated the next time", async (t) => {
  const stack = new Workspace(t);
  const program: Parameters<Workspace["deploy"]>[0] = (thing) => thing("a", { name: "a", fail: "init" });
  const result = await stack.deploy(program);
  t.deepEqual(result.errors, ["a: it did not come up"]);
  const recorded = stack.checkpoint.resources.at(-1);
  t.like(recorded, { id: "id-a", initErrors: ["it did not come up"] });
  t.true((await stack.deploy(program)).ok);
  t.deepEqual(stack.calls(), ["create a", "update a"]);
});

test("an interruption lets the step under way end and records it", async (t) => {
  const stack = new Workspace(t);
  stack.program(`
    const slow = new Thing("slow", { name: "slow", hang: true });
    new Thing("later", { name: "later" }, { dependsOn: slow });
  `);
  const abort = new AbortController();
  const running = up(stack.options({ signal: abort.signal }));
  while (!stack.exists("slow")) await sleep(20);
  abort.abort();
  writeFileSync(join(stack.dir, "release"), "");
  const result = await running;
  t.false(result.ok);
  t.regex(result.errors[0]!, /^Interrupted/);
  t.deepEqual(stack.recorded, ["slow"]);
  t.deepEqual((await up(stack.options())).changes, { same: 3, create: 1 });
});

/** Kills an engine that is in the middle of a creation: the provider did its work, nobody recorded it. */
async function killInCreation(stack: Workspace, name: string): Promise<void> {
  const engine = fork(RUNNER, [JSON.stringify({ ...stack.options(), onEvent: undefined })], { stdio: "ignore" });
  while (!stack.exists(name)) await sleep(20);
  await sleep(50);
  engine.kill("SIGKILL");
  await new Promise((resolve) => engine.once("exit", resolve));
  writeFileSync(join(stack.dir, "release"), "");
}

test("kill -9 in a creation: the journal tells of it, the next run finds what was made, and clears the journal", async (t) => {
  const stack = new Workspace(t);
  stack.program(`
    const a = new Thing("a", { name: "a" });
    new Thing("auto", { hang: true, value: "1" }, { dependsOn: a });
  `);
  const named = (): string => readdirSync(stack.dir).find((file) => /^auto-.*\.thing$/.test(file)) ?? "";
  const engine = fork(RUNNER, [JSON.stringify({ ...stack.options(), onEvent: undefined })], { stdio: "ignore" });
  while (!named()) await sleep(20);
  await sleep(100);
  engine.kill("SIGKILL");
  await new Promise((resolve) => engine.once("exit", resolve));
  writeFileSync(join(stack.dir, "release"), "");
  const [pending] = stack.checkpoint.pending_operations;
  t.like(pending, { type: "creating" });
  t.is(`${pending.resource.inputs.name}.thing`, named());

  const made = named();
  const result = await up(stack.options());
  t.true(result.ok);
  t.true(stack.calls().includes(`adopt ${made.replace(".thing", "")}`));
  t.is(named(), made, "no second one was made");
  t.deepEqual([...stack.recorded].sort(), ["a", "auto"]);
  t.is(stack.checkpoint.pending_operations, undefined);
  const notice = stack.events.find(
    (event) => event.kind === "diagnostic" && /taking its lock over/.test(event.message),
  );
  t.truthy(notice);
});

test("kill -9 in a creation, then destroy: nothing is left", async (t) => {
  const stack = new Workspace(t);
  stack.program('new Thing("a", { name: "a", hang: true });');
  await killInCreation(stack, "a");
  const result = await destroy(stack.options());
  t.true(result.ok, result.errors.join());
  t.false(stack.exists("a"));
  t.is(stack.checkpoint.pending_operations, undefined);
});

/** The processes that were started with this workspace as their folder. */
function processesOf(stack: Workspace): string[] {
  return readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`) === stack.dir;
    } catch {
      return false; // It ended between the two looks.
    }
  });
}

test("the provider's process ends with a killed engine", async (t) => {
  const stack = new Workspace(t);
  stack.program('new Thing("a", { name: "a", hang: true });');
  await killInCreation(stack, "a");
  for (let tries = 0; tries < 600 && processesOf(stack).length > 0; tries++) await sleep(50);
  t.deepEqual(processesOf(stack), []);
});

test("refresh forgets what is gone, and up makes it again", async (t) => {
  const stack = new Workspace(t);
  await stack.deploy(async (thing) => {
    const a = await thing("a", { name: "a" });
    await thing("b", { name: "b" }, { dependencies: [a.urn], propertyDependencies: { name: [a.urn] } });
  });
  stack.remove("a");
  t.true((await refresh(stack.options())).ok);
  t.deepEqual(stack.recorded, ["b"]);
  t.is(stack.checkpoint.resources.at(-1).dependencies, undefined, "no name of what is not there");
});

test("a second run is refused and told who holds the stack", async (t) => {
  const stack = new Workspace(t);
  await stack.deploy(async () => {
    await t.throwsAsync(destroy(stack.options()), {
      name: "UserError",
      message: new RegExp(`locked by process ${process.pid} of \\S+ on ${hostname()}, since \\d{4}-`),
    });
  });
  t.true((await destroy(stack.options())).ok, "and the lock was given back");
});
