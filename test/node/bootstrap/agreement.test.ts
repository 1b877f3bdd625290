import { join } from "node:path";
import test from "ava";
import fc from "fast-check";
import { imageFolder } from "../../../images/index.ts";
import { decide, obey, parseOrder } from "../../../node/bootstrap/index.ts";
import { byShell } from "../byShell.ts";
import { lineOf, obeyedLine, situationOf } from "./shell.ts";

const ours = "96ee8015-e56e-11f1-8fb5-a36e41aba6e9";
const theirs = "2606c3b6-e56c-11f1-ab00-e3edf83cf378";

const uuid = fc.oneof({ weight: 5, arbitrary: fc.constant(ours) }, { weight: 1, arbitrary: fc.constant(theirs) });
const seqno = fc.integer({ min: 9, max: 12 });
const waits = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(uuid, seqno).map(([id, at]) => `${id} ${at}`) },
  { weight: 2, arbitrary: fc.constant("empty") },
  { weight: 1, arbitrary: fc.constantFrom("incomplete", "unreadable") },
);
/** One living cluster: of two that live at once the shell sees the last. */
const peer = (living: string) =>
  fc.oneof(
    { weight: 12, arbitrary: waits },
    { weight: 3, arbitrary: fc.tuple(uuid, seqno).map(([id, at]) => `nonprimary ${id} ${at} 0 2`) },
    { weight: 1, arbitrary: fc.constantFrom("running", "starting", "absent", "silent") },
    { weight: 1, arbitrary: seqno.map((at) => `primary ${living} ${at} 4 3`) },
  );
const self = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(waits, fc.integer({ min: 0, max: 4 })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(uuid, seqno, fc.integer({ min: 1, max: 4 }))
      .map(([id, at, size]): [string, number] => [`running ${id} ${at} ${size}`, 0]),
  },
);
/** Of a cluster that is being created, and of one that is there. */
const peers = fc.oneof<fc.MaybeWeightedArbitrary<string[]>[]>(
  { weight: 1, arbitrary: fc.array(fc.constantFrom("empty", "absent"), { minLength: 1, maxLength: 4 }) },
  { weight: 4, arbitrary: uuid.chain((living) => fc.array(peer(living), { minLength: 1, maxLength: 4 })) },
);
const lines = fc
  .record({
    at: fc.nat(2),
    self,
    peers,
    arbitrators: fc.constantFrom(0, 0, 1),
    without: fc.constantFrom(0, 0, 1),
  })
  .map(({ at, self: [own, view], peers, arbitrators, without }) => {
    const others = peers.map((known, index) => `peer db${index < at ? index + 1 : index + 2} ${known}`);
    const name = `db${Math.min(at, peers.length) + 1}`;
    return [
      // The order that hosts are named in is that of the lines.
      ...[`self ${name} ${own}`, ...others].toSorted((a, b) => (a.split(" ")[1]! < b.split(" ")[1]! ? -1 : 1)),
      ...(view > 0 && own !== "empty" ? [`view ${view}`] : []),
      ...(arbitrators > 0 ? [`arbitrators ${arbitrators}`] : []),
      ...(without > 0 ? ["without db9"] : []),
    ];
  });

/**
 * Two differences, both of them found by a model (docs/decisions/0046):
 * - The shell's wants all nodes in a component that starts again. Here all databases are enough, so that one whose volume was emptied, and
 *   waits, does not leave the others without quorum for good.
 * - The shell's rejoins although one that waits has more, and may not be needed for a quorum.
 */
const isTold = (shell: string, rules: string) =>
  shell === rules ||
  (shell.startsWith("wait not all have told") && rules.startsWith("restart all ")) ||
  (/^(void )?rejoin\b/.test(shell) && rules.endsWith(" has more, and does not run"));

test("a node decides by these rules as by the shell's", async (t) => {
  const situations = fc.sample(lines, { numRuns: 500, seed: 18 });
  const expected = await byShell(join(imageFolder("galera"), "decide"), situations);
  const words = new Set<string>();
  let others = 0;
  for (const [index, each] of situations.entries()) {
    const situation = situationOf(each);
    const line = lineOf(decide(situation), situation);
    if (!isTold(expected[index]!, line)) t.is(line, expected[index]!, each.join("\n"));
    words.add(line.split(" ")[0]!);
    if (line !== expected[index]) others++;
  }
  const all = ["join", "rejoin", "promote", "restart", "bootstrap", "forming", "gather", "await-new", "wait", "refuse"];
  t.deepEqual([...words].sort(), all.sort());
  t.true(others < 25, `${others} differ`);
});

test("and obeys as the shell's", async (t) => {
  const ownOf = (situation: string[]) => situation.find((line) => line.startsWith("self"))!.split(" ");
  const orders = fc
    .tuple(
      lines.filter((situation) => ownOf(situation)[2] === ours),
      fc.constantFrom("bootstrap", "fork", "discard"),
      fc.subarray(["db1", "db2", "db3", "db4", "db5"]),
      fc.constantFrom(0, 0, 0, 1),
    )
    .map(([situation, order, named, off]) => {
      const [, self, , at] = ownOf(situation);
      const asked = situation.filter((line) => !line.startsWith("without"));
      const without = order === "discard" ? [] : named.filter((host) => host !== self);
      return [asked, [order, ours, `${Number(at) + off}`, ...without]] as const;
    });
  const samples = fc.sample(orders, { numRuns: 200, seed: 18 });
  const expected = await byShell(
    join(imageFolder("galera"), "obey"),
    samples.map(([situation]) => situation),
    samples.map(([, order]) => order.join(" ")),
  );
  const words = new Set<string>();
  for (const [index, [lines, given]] of samples.entries()) {
    const [situation, order] = [situationOf(lines), parseOrder(given.join(" "))!];
    const line = obeyedLine(order, obey(order, situation), situation);
    if (!isTold(expected[index]!, line)) t.is(line, expected[index]!, `${lines.join("\n")}\n${given.join(" ")}`);
    words.add(line.split(" ")[0]!);
  }
  t.deepEqual([...words].sort(), ["bootstrap", "discard", "fork", "void"]);
});
