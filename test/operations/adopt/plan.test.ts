import test from "ava";
import fc from "fast-check";
import type { NodeSeen } from "../../../operations/adopt/index.ts";
import { hasLeft, sizes, stepsLeft, stepText, whyStays } from "../../../operations/adopt/plan.ts";
import { members } from "./sound.ts";

const names = ["db1", "db2", "db3"];
const [old1, old2, old3] = members as [(typeof members)[0], (typeof members)[0], (typeof members)[0]];

/** Trivet's nodes in one component with these others. */
const nodes = (others: readonly string[], change: Partial<NodeSeen> = {}, changed = "db2"): NodeSeen[] =>
  names.map((host) => ({
    host,
    answers: true,
    status: "Primary",
    localState: 4,
    ready: true,
    uuid: "u",
    size: names.length + others.length,
    view: [...names, ...others],
    ...(host === changed ? change : {}),
  }));
const none: NodeSeen[] = names.map((host) => ({ host, answers: false, view: [] }));
const all = members.map(({ name }) => name);

test("at first all of Trivet's nodes join, then the others leave", (t) => {
  const steps = stepsLeft(members, none);
  t.deepEqual(
    steps.map(({ kind }) => kind),
    ["join", "leave", "leave", "leave", "settle"],
  );
  t.deepEqual(sizes(steps, 3), [3, 6, 5, 4, 3, 3]);
  t.is(
    stepText(steps[0]!),
    "db1, db2 and db3 join, one after the other, each given the data by a member; then the rest of the environment comes up",
  );
  t.is(stepText(steps[1]!), "old1 (10.1.0.5) leaves in good order");
});

test("interrupted anywhere, what is left is what was not done", (t) => {
  const [one, ...others] = nodes(all);
  t.deepEqual(stepsLeft(members, [one!, ...others.map(({ host }) => ({ host, answers: false, view: [] }))])[0], {
    kind: "join",
    hosts: ["db2", "db3"],
  });
  t.deepEqual(stepsLeft([old3], nodes(["old3"])), [{ kind: "leave", member: old3 }, { kind: "settle" }]);
  t.deepEqual(stepsLeft([], nodes([])), [{ kind: "settle" }]);
});

test("a member leaves when all are up to date and see each other", (t) => {
  t.is(whyStays(old1, [old2, old3], nodes(all)), undefined);
  t.is(whyStays(old3, [], nodes(["old3"])), undefined);
});

const stays = test.macro((t, seen: NodeSeen[], why: string) => t.is(whyStays(old1, [old2, old3], seen), why));
test("not while a node joins", stays, nodes(all, { localState: 1 }), "db2 is not Synced in the primary component");
test("not without quorum", stays, nodes(all, { status: "non-Primary" }), "db2 is not Synced in the primary component");
test(
  "not while a node is away",
  stays,
  [...nodes(all).slice(0, 2), none[2]!],
  "db3 is not Synced in the primary component",
);
test("not while another member is away", stays, nodes(["old1", "old2"]), "db1 does not see old3");
test(
  "not beside one that nobody knows",
  stays,
  nodes([...all, "who"]),
  "db1 sees 7 members, expected 6: who is not known here",
);
test("not from two clusters", stays, nodes(all, { uuid: "v" }), "Trivet's nodes are in two clusters");

test("it has left once all see so, and nobody else has", (t) => {
  t.true(hasLeft(old1, [old2, old3], nodes(["old2", "old3"])));
  t.false(hasLeft(old1, [old2, old3], nodes(all)));
  t.false(hasLeft(old1, [old2, old3], nodes(["old2"])));
  t.false(hasLeft(old1, [old2, old3], nodes(["old2", "old3"], { localState: 2 })));
  t.false(hasLeft(old1, [old2, old3], nodes(["old2", "old3"], { view: [...names, ...all], size: 6 })));
});

test("whatever differs at one of Trivet's nodes, nobody leaves", (t) => {
  const sound = nodes(all)[0]!;
  const change = fc.record(
    {
      answers: fc.boolean(),
      status: fc.constantFrom("Primary", "non-Primary"),
      localState: fc.integer({ min: 1, max: 4 }),
      ready: fc.boolean(),
      uuid: fc.constantFrom("u", "v"),
      size: fc.integer({ min: 4, max: 8 }),
      view: fc.subarray([...names, ...all, "who"]),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(change, fc.constantFrom(...names), (differs, where) => {
      if (whyStays(old1, [old2, old3], nodes(all, differs, where)) !== undefined) return;
      const { view, ...state } = { ...sound, ...differs };
      t.deepEqual(state, {
        ...state,
        answers: true,
        status: "Primary",
        localState: 4,
        ready: true,
        uuid: "u",
        size: 6,
      });
      t.deepEqual(view.toSorted(), [...names, ...all].toSorted());
    }),
  );
  t.pass();
});
