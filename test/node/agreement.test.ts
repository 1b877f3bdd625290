import { join } from "node:path";
import test from "ava";
import { execa } from "execa";
import fc from "fast-check";
import { imageFolder } from "../../images/index.ts";
import { decided, obeyed, planned } from "./words.ts";

/**
 * Until they are gone the two scripts that decide today and the program that takes their place must say the same of any situation.
 * A process of the script's for many situations: awk ends its program with `exit`, so each is a call of its own in one shell.
 */
const RUNS = 500;

async function said(script: string, situations: readonly string[][], args: readonly string[] = []): Promise<string[]> {
  const calls = situations.map(
    (lines, at) => `${script} ${args[at] ?? ""} <<'END'\n${lines.join("\n")}\nEND\necho ---\n`,
  );
  const { stdout } = await execa("bash", { input: calls.join("") });
  return stdout
    .split(/^---$/m)
    .slice(0, -1)
    .map((text) => text.trim());
}

const sample = <T>(arbitrary: fc.Arbitrary<T>): T[] => fc.sample(arbitrary, { numRuns: RUNS, seed: 42 });
const nodes = ["db1", "db2", "db3", "db4", "db5"];
const some = <T>(...values: T[]) => fc.constantFrom(...values);

// ---- the supervisor ---------------------------------------------------------------------------------------------------
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

/** The script evicts also what it has told to be done with (see node/supervisor/eviction.ts). */
const withoutDone = (lines: readonly string[], text: string) => {
  const self = lines[0]!.split(" ")[1];
  const done = (line: string) => {
    const [what, name, member] = line.split(" ");
    return what === "evict" && lines.includes(`cleared ${name} ${self} ${member}`);
  };
  return text
    .split("\n")
    .filter((line) => !done(line))
    .join("\n");
};

test("the supervisor decides as its script does", async (t) => {
  const situations = sample(situation);
  const expected = await said(join(imageFolder("supervisor"), "decide"), situations);
  for (const [at, lines] of situations.entries())
    t.deepEqual(sorted(decided(lines)), sorted(withoutDone(lines, expected[at]!)), lines.join("\n"));
  // The situations are worth something.
  const verbs = new Set(expected.flatMap((text) => text.split("\n").map((line) => line.split(" ")[0])));
  // Only `seize` is too rare: rows of test/components/galera/supervisor.test.ts have it.
  for (const verb of "report evict clear forget close acquire release unname take-out put-back".split(" ")) {
    t.true(verbs.has(verb), verb);
  }
});

// ---- the keeper -------------------------------------------------------------------------------------------------------
const cluster = some(
  "96ee8015-e56e-11f1-8fb5-a36e41aba6e9",
  "96ee8015-e56e-11f1-8fb5-a36e41aba6e9",
  "2606c3b6-e56c-11f1-ab00-e3edf83cf378",
);
const position = fc.tuple(cluster, some(9, 10, 12)).map(([uuid, seqno]) => `${uuid} ${seqno}`);
const own = fc.oneof(
  { weight: 3, arbitrary: position },
  { weight: 1, arbitrary: some("empty", "incomplete", "unreadable") },
);
const peer = fc.oneof(
  { weight: 4, arbitrary: own },
  { weight: 1, arbitrary: some("running", "starting", "absent", "silent") },
  {
    weight: 1,
    arbitrary: fc.tuple(some("primary", "nonprimary", "nonprimary"), position).map((words) => `${words.join(" ")} 4 3`),
  },
);
const evidence = (self: fc.Arbitrary<string>) =>
  fc
    .record({
      at: some("db1", "db2"),
      self,
      peers: fc.array(peer, { minLength: 1, maxLength: 4 }),
      view: fc.option(some(2, 3, 5), { nil: undefined }),
      arbitrators: some(0, 0, 1),
      without: some("", "", "db9"),
    })
    .map(({ at, self: said, peers, view, arbitrators, without }) => {
      const names = nodes.filter((name) => name !== at);
      return [
        `self ${at} ${said}`,
        ...(view === undefined ? [] : [`view ${view}`]),
        ...(arbitrators > 0 ? [`arbitrators ${arbitrators}`] : []),
        ...peers.map((words, index) => `peer ${names[index]} ${words}`),
        ...(without ? [`without ${without}`] : []),
      ];
    });
const decide = join(imageFolder("galera"), "decide");
const verbsOf = (lines: readonly string[]) => new Set(lines.map((line) => line.split(" ")[0]));

test("a node that waits decides as its script does", async (t) => {
  const situations = sample(evidence(own));
  const expected = await said(decide, situations);
  for (const [at, lines] of situations.entries()) t.is(planned(lines), expected[at]!, lines.join("\n"));
  const verbs = verbsOf(expected);
  for (const verb of "join rejoin bootstrap gather wait refuse".split(" ")) t.true(verbs.has(verb), verb);
});

/** Nobody else is in its component: the script does not see it where a node waits beside (see node/keeper/bootstrap.ts). */
const isRestart = (lines: readonly string[], text: string) =>
  text.startsWith("wait not all have told") && planned(lines).startsWith("restart all");

test("a node without quorum decides as its script does", async (t) => {
  const alone = fc.tuple(position, some(1, 2, 3)).map(([at, size]) => `running ${at} ${size}`);
  const situations = sample(evidence(alone));
  const expected = await said(decide, situations);
  for (const [at, lines] of situations.entries()) {
    if (!isRestart(lines, expected[at]!)) t.is(planned(lines), expected[at]!, lines.join("\n"));
  }
  const verbs = verbsOf(expected);
  for (const verb of "promote restart wait".split(" ")) t.true(verbs.has(verb), verb);
});

test("an order is obeyed as by its script", async (t) => {
  const situations = sample(evidence(position));
  const orders = sample(
    fc
      .tuple(some("bootstrap", "fork", "discard"), fc.boolean(), position, fc.subarray(nodes))
      .map(([what, same, at, without]) => ({ what, same, at, without })),
  ).map(({ what, same, at, without }, index) => {
    const given = same ? situations[index]![0]!.split(" ").slice(2).join(" ") : at;
    return [what, given, ...without].join(" ");
  });
  const expected = await said(join(imageFolder("galera"), "obey"), situations, orders);
  for (const [at, lines] of situations.entries())
    t.is(obeyed(orders[at]!, lines), expected[at]!, `${orders[at]}\n${lines.join("\n")}`);
  const verbs = verbsOf(expected);
  for (const verb of "bootstrap fork discard void".split(" ")) t.true(verbs.has(verb), verb);
});
