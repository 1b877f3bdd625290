import { join } from "node:path";
import test from "ava";
import fc from "fast-check";
import { imageFolder } from "../../../images/index.ts";
import { byShell } from "../byShell.ts";
import { decided } from "./shell.ts";

/** Until it is gone the script that decides today and the program that takes its place must say the same of any situation. */
const nodes = ["db1", "db2", "db3", "db4", "db5"];
const some = <T>(...values: T[]) => fc.constantFrom(...values);

const node = some(...nodes);
const session = some("s1", "s2", "-");
const address = some("198.18.1.11", "198.18.2.11", "198.18.3.11", "-");

const situation = fc
  .record({
    count: some(3, 3, 5),
    extra: some("", "", "garb", "?"),
    self: some("db1", "db2"),
    state: some("fit", "fit", "fit", "donor", "unfit", "slow", "hung", "gone"),
    own: some("same", "same", "-"),
    out: some("-", "-", "-", "-", "ours", "others"),
    leaving: some("", "", "", "", "leaving"),
    session,
    lock: fc.tuple(session, address),
    orphan: some("", "orphan"),
    view: fc.tuple(some("Primary", "Primary", "non-Primary"), some(0, 0, 0, 0, 1, -1)),
    gone: fc.subarray(nodes, { maxLength: 2 }),
    others: some("others 0", "others 1", ""),
    dead: fc.uniqueArray(fc.tuple(node, some("u", "u", "v")), { maxLength: 3, selector: ([name]) => name }),
    cleared: fc.array(fc.tuple(node, node, some("u", "v")), { maxLength: 5 }),
    late: some("", "", "late"),
    evicting: fc.uniqueArray(fc.tuple(node, some("u", "u", "v")), { maxLength: 2, selector: ([name]) => name }),
  })
  .map((it) => {
    const all = nodes.slice(0, it.count);
    const members = [...all.filter((name) => !it.gone.includes(name)), ...(it.extra ? [it.extra] : [])];
    const [primary, off] = it.view;
    return [
      `self ${it.self} ${it.state} ${it.own === "-" ? "-" : `u${it.self.at(-1)}`}`,
      `supervised ${all.map((name, at) => `${name}=198.18.${at + 1}.11`).join(" ")}`,
      `out ${it.leaving ? "others" : it.out}`,
      `address 198.18.${it.self.at(-1)}.11`,
      `session ${it.session}`,
      `lock ${it.lock.join(" ")} 7`,
      `view ${primary} ${members.length + off}`,
      ...members.map((name) => `member ${name === "?" ? "x9" : `u${name.at(-1)}`} ${name}`),
      ...it.dead.map(([name, letter]) => `dead ${name} ${letter}${name.at(-1)}`),
      ...it.cleared.map(([name, by, letter]) => `cleared ${name} ${by} ${letter}${name.at(-1)}`),
      ...it.evicting.map(([name, letter]) => `evicting ${name} ${letter}${name.at(-1)}`),
      ...[it.leaving, it.orphan, it.others, it.late && `late ${it.self}`].filter(Boolean),
    ];
  });

/** awk walks through its arrays in no order. */
const sorted = (text: string) => text.split("\n").toSorted();

/**
 * Without what only the script does (see node/supervisor/eviction.ts): it also evicts what it has told to be done with, and closes a report
 * beside a view that is not primary before all have cleared it.
 */
const withoutDone = (lines: readonly string[], text: string, ours: string) => {
  const self = lines[0]!.split(" ")[1];
  const alone = lines.some((line) => line.startsWith("view non-Primary"));
  const isOnly = (line: string) => {
    const [what, name, member] = line.split(" ");
    if (what === "evict") return lines.includes(`cleared ${name} ${self} ${member}`);
    return what === "close" && alone && !ours.split("\n").includes(line);
  };
  return text
    .split("\n")
    .filter((line) => !isOnly(line))
    .join("\n");
};

test("the supervisor decides as its script does", async (t) => {
  const situations = fc.sample(situation, { numRuns: 500, seed: 42 });
  const expected = await byShell(join(imageFolder("supervisor"), "decide"), situations);
  for (const [at, lines] of situations.entries()) {
    const ours = decided(lines);
    t.deepEqual(sorted(ours), sorted(withoutDone(lines, expected[at]!, ours)), lines.join("\n"));
  }
  // The situations are worth something.
  const verbs = new Set(expected.flatMap((text) => text.split("\n").map((line) => line.split(" ")[0])));
  // Only `seize` is too rare: rows of test/components/galera/supervisor.test.ts have it.
  for (const verb of "report evict clear forget close acquire release unname take-out put-back".split(" ")) {
    t.true(verbs.has(verb), verb);
  }
});
