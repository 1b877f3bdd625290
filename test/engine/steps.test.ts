// Prior state + program → steps.
import test from "ava";
import { Workspace } from "./fixtures/workspace.ts";

test("nothing there: create; again: the same, and the state is not written", async (t) => {
  const stack = new Workspace(t);
  const program: Parameters<Workspace["deploy"]>[0] = async (thing) => {
    await thing("a", { name: "a", value: "1" });
    await thing("auto", { value: "1" });
  };
  t.deepEqual((await stack.deploy(program)).changes, { create: 4 }); // with the stack and the default provider
  t.deepEqual(stack.steps, ["create a", "create auto"]);
  const written = stack.checkpointText;
  t.deepEqual((await stack.deploy(program)).changes, { same: 4 });
  t.deepEqual(stack.steps, ["same a", "same auto"]);
  t.is(stack.checkpointText, written);
});

test("a changed value: update, with the properties that changed", async (t) => {
  const stack = new Workspace(t);
  await stack.deploy((thing) => thing("a", { name: "a", value: "1" }));
  const result = await stack.deploy((thing) => thing("a", { name: "a", value: "2" }));
  t.true(result.ok);
  const start = stack.events.find((event) => event.kind === "step" && event.op === "update");
  t.deepEqual(start && "diff" in start && start.diff, ["value"]);
  t.deepEqual(stack.calls(), ["create a", "update a"]);
});

test("ignoreChanges keeps the old value; replaceOnChanges makes an update a replacement", async (t) => {
  const stack = new Workspace(t);
  await stack.deploy((thing) => thing("a", { value: "1" }));
  await stack.deploy((thing) => thing("a", { value: "2" }, { ignoreChanges: ["value"] }));
  t.deepEqual(stack.steps, ["same a"]);
  await stack.deploy((thing) => thing("a", { value: "2" }, { replaceOnChanges: ["value"] }));
  t.deepEqual(stack.steps, ["replace a", "delete a"]);
});

test("a replacement is made before the old resource goes", async (t) => {
  const stack = new Workspace(t);
  await stack.deploy((thing) => thing("a", { kind: "1" }));
  const [created] = stack.calls();
  const old = created!.split(" ")[1];
  const result = await stack.deploy((thing) => thing("a", { kind: "2" }));
  t.like(result, { ok: true, changes: { replace: 1 } });
  t.is(result.changes.delete, undefined);
  const [first, second] = stack.calls();
  t.regex(first!, /^create a-/);
  t.is(second, `delete ${old}`);
  t.deepEqual(stack.recorded, ["a"]);
});

test("deleteBeforeReplace takes away what can't live without the old resource first, and makes it anew", async (t) => {
  const stack = new Workspace(t);
  const program =
    (kind: string): Parameters<Workspace["deploy"]>[0] =>
    async (thing) => {
      const a = await thing("a", { name: "a", kind }, { deleteBeforeReplace: true });
      // Replaced when `a` is, as its own replacing property comes from there.
      await thing(
        "b",
        { name: "b", kind: `of ${kind}` },
        {
          deleteBeforeReplace: true,
          dependencies: [a.urn],
          propertyDependencies: { kind: [a.urn], name: [] },
        },
      );
      // Only updated: it can stay.
      await thing(
        "c",
        { name: "c", value: `of ${kind}` },
        {
          dependencies: [a.urn],
          propertyDependencies: { value: [a.urn], name: [] },
        },
      );
    };
  await stack.deploy(program("1"));
  t.deepEqual(stack.calls(), ["create a", "create b", "create c"]);
  const result = await stack.deploy(program("2"));
  t.deepEqual(stack.calls(), ["delete b", "delete a", "create a", "create b", "update c"]);
  t.like(result.changes, { replace: 2, update: 1 });
  t.deepEqual(stack.recorded, ["a", "b", "c"]);
});

test("what the program has no longer is deleted, dependents first", async (t) => {
  const stack = new Workspace(t);
  await stack.deploy(async (thing) => {
    const a = await thing("a", { name: "a" });
    const b = await thing("b", { name: "b" }, { dependencies: [a.urn] });
    await thing("c", { name: "c" }, { parent: b.urn });
    await thing("d", { name: "d" });
  });
  stack.calls();
  const result = await stack.deploy((thing) => thing("d", { name: "d" }));
  t.deepEqual(stack.calls(), ["delete c", "delete b", "delete a"]);
  t.like(result.changes, { same: 3, delete: 3 });
});

test("retainOnDelete forgets it and leaves it there", async (t) => {
  const stack = new Workspace(t);
  await stack.deploy((thing) => thing("a", { name: "a" }, { retainOnDelete: true }));
  await stack.deploy(async () => {});
  t.deepEqual(stack.recorded, []);
  t.true(stack.exists("a"));
});

test("retainOnDelete holds for a replaced one, too, and is the old state's word", async (t) => {
  const stack = new Workspace(t);
  await stack.deploy((thing) => thing("a", { name: "a", kind: "1" }, { retainOnDelete: true }));
  await stack.deploy((thing) => thing("a", { name: "b", kind: "2" }, { retainOnDelete: false }));
  t.true(stack.exists("a"));
  await stack.deploy((thing) => thing("a", { name: "c", kind: "3" }, { retainOnDelete: true }));
  t.false(stack.exists("b"));
  t.deepEqual(stack.recorded, ["a"]);
});

test("a protected resource and what it needs stay; the rest goes; that is an error", async (t) => {
  const stack = new Workspace(t);
  await stack.deploy(async (thing) => {
    const a = await thing("a", { name: "a" });
    await thing("b", { name: "b" }, { protect: true, dependencies: [a.urn] });
    await thing("c", { name: "c" });
  });
  const result = await stack.deploy(async () => {});
  t.false(result.ok);
  t.regex(result.errors[0]!, /^b: It is protected/);
  t.deepEqual(stack.recorded, ["a", "b"]);
});

test("a protected resource is not replaced", async (t) => {
  const stack = new Workspace(t);
  await stack.deploy((thing) => thing("a", { name: "a", kind: "1" }, { protect: true }));
  const result = await stack.deploy((thing) => thing("a", { name: "a", kind: "2" }, { protect: true }));
  t.regex(result.errors[0]!, /^a: It must be replaced \(kind\) and is protected/);
  t.true(stack.exists("a"));
});

test("aliases: a new name or parent keeps the resource, and its children theirs", async (t) => {
  const stack = new Workspace(t);
  await stack.deploy(async (thing) => {
    const a = await thing("a", { name: "a" });
    await thing("a-child", { name: "child" }, { parent: a.urn, dependencies: [a.urn] });
  });
  stack.calls();
  await stack.deploy(async (thing) => {
    const b = await thing("b", { name: "a" }, { aliases: [{ name: "a" }] });
    await thing("b-child", { name: "child" }, { parent: b.urn, dependencies: [b.urn] });
  });
  t.deepEqual(stack.calls(), []);
  t.deepEqual(stack.steps, ["same b", "same b-child"]);
  t.deepEqual(stack.recorded, ["b", "b-child"]);
});

test("two resources with one name are refused", async (t) => {
  const stack = new Workspace(t);
  const result = await stack.deploy(async (thing) => {
    await thing("a", { name: "a" });
    await thing("a", { name: "b" });
  });
  t.regex(result.errors[0]!, /two resources with the URN .*::a/);
});

test("inputs that the provider refuses are told with their property", async (t) => {
  const stack = new Workspace(t);
  const result = await stack.deploy((thing) => thing("a", { name: "a", value: "" }));
  t.deepEqual(result.errors, ["a: value: must not be empty"]);
});

test("import takes over what exists, and refuses what differs", async (t) => {
  const stack = new Workspace(t);
  stack.write("there.thing", JSON.stringify({ name: "there", value: "1" }));
  const differs = await stack.deploy((thing) => thing("a", { name: "there", value: "2" }, { importId: "id-there" }));
  t.regex(differs.errors[0]!, /differs from the program in: value/);
  const result = await stack.deploy((thing) => thing("a", { name: "there", value: "1" }, { importId: "id-there" }));
  t.like(result, { ok: true, changes: { import: 1 } });
  await stack.deploy((thing) => thing("a", { name: "there", value: "1" }, { importId: "id-there" }));
  t.deepEqual(stack.steps, ["same a"]);
  t.deepEqual(stack.calls(), []);
});

test("with targets only they change; others stay as they are recorded, also what the program has no longer", async (t) => {
  const stack = new Workspace(t);
  const program =
    (value: string, withGone: boolean): Parameters<Workspace["deploy"]>[0] =>
    async (thing) => {
      const a = await thing("a", { name: "a", value });
      await thing("b", { name: "b", kind: value }, { dependencies: [a.urn], deleteBeforeReplace: true });
      await thing("c", { name: "c", value }, { dependencies: [a.urn] });
      if (withGone) await thing("gone", { name: "gone" });
    };
  await stack.deploy(program("1", true));
  stack.calls();
  const [{ urn }] = stack.checkpoint.resources.filter(({ urn }: { urn: string }) => urn.endsWith("::c"));
  t.true((await stack.deploy(program("2", false), { targets: [urn] })).ok);
  t.deepEqual(stack.calls(), ["update c"]);
  t.deepEqual(stack.recorded.sort(), ["a", "b", "c", "gone"]);
  // What was left comes with the next run of all.
  t.like((await stack.deploy(program("2", false))).changes, { update: 1, replace: 1, delete: 1 });
  t.deepEqual(stack.recorded, ["a", "b", "c"]);
});

test("with targets, what is not there yet and is none of them ends the run", async (t) => {
  const stack = new Workspace(t);
  await stack.deploy((thing) => thing("a", { name: "a", value: "1" }));
  const result = await stack.deploy(
    async (thing) => {
      await thing("a", { name: "a", value: "2" });
      await thing("b", { name: "b" });
    },
    { targets: [] },
  );
  t.regex(result.errors[0]!, /^b: It is not there yet, and this run is not to change it/);
  t.deepEqual(stack.recorded, ["a"]);
});
