// What a chain of containers with gates between them does in a change: the shape of every component that rolls.
import test from "ava";
import { Workspace } from "./fixtures/workspace.ts";

/** Three nodes that a new `kind` replaces, each after the gates of all before it, and one look at all before the first. */
function chain(stack: Workspace, kind: string, fail: Record<string, string> = {}) {
  return stack.deploy(async (thing) => {
    const ready = [(await thing("whole", { name: "whole", value: kind, fail: fail.whole ?? "" })).urn];
    for (const node of ["n1", "n2", "n3"]) {
      const options = { deleteBeforeReplace: true, dependencies: [...ready] };
      const container = await thing(node, { name: node, kind }, options);
      const gate = { name: `${node}-gate`, value: `of ${kind}`, fail: fail[node] ?? "" };
      const dependencies = { dependencies: [container.urn], propertyDependencies: { value: [container.urn] } };
      ready.push((await thing(`${node}-gate`, gate, dependencies)).urn);
    }
  });
}

test("one node at a time, each gate before the next node is touched", async (t) => {
  const stack = new Workspace(t);
  await chain(stack, "1");
  stack.calls();
  t.true((await chain(stack, "2")).ok);
  const node = (name: string) => [`delete ${name}`, `create ${name}`, `update ${name}-gate`];
  t.deepEqual(stack.calls(), ["update whole", ...node("n1"), ...node("n2"), ...node("n3")]);
  t.deepEqual((await chain(stack, "2")).changes, { same: 9 });
});

test("a node that does not come back: those after it are as they were; the next change goes on", async (t) => {
  const stack = new Workspace(t);
  await chain(stack, "1");
  stack.calls();
  const { ok, errors } = await chain(stack, "2", { n2: "update" }).catch((error) => ({
    ok: false,
    errors: [error.message],
  }));
  t.false(ok);
  t.regex(errors[0]!, /n2-gate does not like update/);
  const first = ["update whole", "delete n1", "create n1", "update n1-gate", "delete n2", "create n2"];
  t.deepEqual(stack.calls(), first);
  t.true((await chain(stack, "2")).ok);
  t.deepEqual(stack.calls(), ["update n2-gate", "delete n3", "create n3", "update n3-gate"]);
});

test("a cluster that is not whole: no node is touched", async (t) => {
  const stack = new Workspace(t);
  await chain(stack, "1");
  stack.calls();
  const { ok } = await chain(stack, "2", { whole: "update" });
  t.false(ok);
  t.deepEqual(stack.calls(), []);
});
