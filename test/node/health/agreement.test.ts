import test from "ava";
import fc from "fast-check";
import pLimit from "p-limit";
import { type CheckFacts, judgeCheck, judgeDisk } from "../../../node/health/check.ts";
import { type ClockWord, type HealthFacts, judgeHealth, type KeeperWord } from "../../../node/health/judge.ts";
import { checkByShell, diskByShell, healthByShell } from "./shell.ts";
import { checks, healths } from "./table.ts";

/** The same facts give the same words, here and in the scripts of today. */
const clock = fc.oneof(
  { weight: 4, arbitrary: fc.constant<ClockWord>({ wrong: false, offset: 0.012, said: "clock right" }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<ClockWord>(
      { wrong: true, offset: -1.5, said: "clock 1.500 s behind" },
      { wrong: false, offset: 0.25, said: "time source does not answer" },
    ),
  },
);
const mostly = (value: boolean) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: fc.constant(!value) });
const comments = ["Initialized", "Joining", "Donor/Desynced", "Joined", "Synced", "Inconsistent"];
const database = fc
  .record({
    clusterStatus: fc.oneof(
      { weight: 5, arbitrary: fc.constant("Primary") },
      { weight: 1, arbitrary: fc.constantFrom("non-Primary", "Disconnected") },
    ),
    localState: fc.oneof(
      { weight: 4, arbitrary: fc.constant(4) },
      { weight: 2, arbitrary: fc.constant(2) },
      { weight: 1, arbitrary: fc.nat(5) },
    ),
    ready: mostly(true),
    clusterSize: fc.nat(3),
    clusterUuid: fc.constant("96ee8015-e56e-11f1-8fb5-a36e41aba6e9"),
    readOnly: fc.boolean(),
    time: fc.constant(1_795_000_000_000_000),
    clock,
  })
  .map((all) => ({ ...all, localStateComment: comments[all.localState]! }));
const used = fc.constantFrom(10.3, 79.9, 80.1, 89.9, 90.1, 94.9, 95.1, 100.1).map((each) => Math.min(each, 99.9));
const keeper = fc.record({
  told: fc.constantFrom(
    undefined,
    { state: "starting", fit: false, detail: "bootstrap: first" },
    { state: "forming", fit: true, detail: "waits for db2" },
  ),
  leaving: mostly(false),
  full: mostly(false),
  users: fc.oneof<fc.MaybeWeightedArbitrary<KeeperWord["users"]>[]>(
    { weight: 3, arbitrary: fc.constant("made") },
    { weight: 2, arbitrary: fc.constantFrom({}, { failed: "ERROR 1142 (42000) at line 3: no" }) },
  ),
});

/** A seed that is always the same: what CI finds anybody finds. */
const sample = <T>(arbitrary: fc.Arbitrary<T>, count: number) => fc.sample(arbitrary, { numRuns: count, seed: 46 });
const COUNT = Number(process.env.COUNT ?? 40);
const atOnce = pLimit(4);

test("health", async (t) => {
  const facts: fc.Arbitrary<HealthFacts> = fc.record({
    database: fc.oneof({ weight: 3, arbitrary: database }, { weight: 1, arbitrary: fc.constant(undefined) }),
    keeper,
    used,
    warning: fc.constantFrom(80, 90),
  });
  const all = sample(facts, COUNT);
  const agreed = await Promise.all(all.map((each) => atOnce(() => healthByShell(each))));
  for (const [index, each] of all.entries()) {
    const { fit, said } = judgeHealth(each);
    t.is(JSON.stringify({ fit, said }), JSON.stringify(agreed[index]!), JSON.stringify(each));
  }
  // The sample has all kinds of them.
  t.true(new Set(agreed.map(({ said }) => said.state)).size >= 9);
  t.true(new Set(agreed.map(({ fit }) => fit)).size === 2);
});

test("Consul's check", async (t) => {
  const facts = fc.record({
    facts: fc.record({
      database,
      keeper,
      used,
      full: fc.constant(95),
    }) as fc.Arbitrary<CheckFacts>,
    othersWrite: fc.boolean(),
  });
  const all = sample(facts, COUNT);
  const agreed = await Promise.all(all.map((each) => atOnce(() => checkByShell(each.facts, each.othersWrite))));
  for (const [index, { facts, othersWrite }] of all.entries()) {
    t.deepEqual(judgeCheck(facts, othersWrite), agreed[index]!, JSON.stringify({ facts, othersWrite }));
  }
  const said = agreed.map((each) => each.said).join("\n");
  for (const kind of [
    /and no node takes writes/,
    /read-only, disk \d+ % full$/m,
    /2 ON writable, clock right/,
    /^Primary 2 ON writable$/m,
  ]) {
    t.regex(said, kind);
  }
});

test("the disks", async (t) => {
  const all = [10.3, 79.9, 80.1, 94.9, 95.1].map((each) => ({ warning: 80, full: 95, counted: 0, used: each }));
  for (const room of all) t.deepEqual(judgeDisk(room), await diskByShell(room));
});

test("the table", async (t) => {
  t.timeout(600_000);
  await Promise.all([
    ...healths.map(({ what, facts, fit, state, detail }) =>
      atOnce(async () => t.like(await healthByShell(facts), { fit, said: { state, detail } }, what)),
    ),
    ...checks
      .filter(({ facts }) => facts.database)
      .map(({ what, facts, othersWrite, state, said }) =>
        atOnce(async () => t.deepEqual(await checkByShell(facts, othersWrite), { state, said }, what)),
      ),
  ]);
});
