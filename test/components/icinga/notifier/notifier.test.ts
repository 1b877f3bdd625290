import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { Notifier, pause, until } from "./notifier.ts";
import { Mailbox, Pager } from "./receivers.ts";

const [OK, CRITICAL] = [0, 2];

async function withPager(t: ExecutionContext) {
  const pager = await new Pager().start();
  t.teardown(() => pager.stop());
  const notifier = await Notifier.make(t, [{ name: "pager", url: pager.url }]);
  const told = (object: string) => pager.told.filter((each) => each.object === object).map(({ type }) => type);
  return { pager, notifier, told };
}

/** Waits for a problem, as `status` and the check `notifications` show it. */
const said = (t: ExecutionContext, notifier: Notifier, problem: RegExp) =>
  until(t, `${problem}`, async () => (await notifier.state()).problems.some((text) => problem.test(text)));

test("Icinga's command leaves one whole entry, whatever the names are", async (t) => {
  const { notifier } = await withPager(t);
  const { exitCode, stderr } = await notifier.script("notify", "1700000000", "pager", "a $host `x`", 'the "service"');
  t.is(exitCode, 0, stderr);
  t.deepEqual(await readdir(join(notifier.folder, "queue/tmp")), []);
  const [name, ...more] = await readdir(join(notifier.folder, "queue/new"));
  t.deepEqual(more, []);
  const text = await readFile(join(notifier.folder, "queue/new", name!), "utf8");
  t.is(text, '1700000000\npager\na $host `x`\nthe "service"\n');
});

test("500 problems and 500 recoveries: each told once, few at a time, by few requests", async (t) => {
  t.timeout(30 * 60_000);
  const { pager, notifier } = await withPager(t);
  notifier.begin();
  pager.takes = 5;
  const hosts = Array.from({ length: 500 }, (_, index) => `host${index}`);
  for (const [state, type] of [
    [1, "PROBLEM"],
    [0, "RECOVERY"],
  ] as const) {
    for (const host of hosts) await notifier.became(host, state);
    await until(t, `${type} of all`, () => pager.told.filter((told) => told.type === type).length >= 500, 600);
  }
  await until(t, "all is done", async () => (await notifier.waiting()) === 0);
  const pairs = Map.groupBy(pager.told, ({ object }) => object);
  t.deepEqual(
    [...pairs.values()].filter((told) => told.map(({ type }) => type).join() !== "PROBLEM,RECOVERY"),
    [],
  );
  t.is(pairs.size, 500);
  t.true(pager.most <= 4, `${pager.most} at a time`);
  t.true(notifier.icinga.mostChecks <= 20, `${notifier.icinga.mostChecks} checks at a time`);
  // The look for the other master is taken at its own pace.
  const asked = notifier.icinga.asked.filter(({ path }) => path !== "/v1/status/ApiListener").length;
  t.true(asked < 500, `${asked} requests for 1000 notifications`);
});

test("what one more check does not find is not told", async (t) => {
  const { pager, notifier } = await withPager(t);
  notifier.icinga.found = () => OK;
  notifier.begin();
  await notifier.became("db1!mysql", CRITICAL);
  await until(t, "it is done", async () => (await notifier.waiting()) === 0);
  t.deepEqual(pager.told, []);
});

test("what both masters have to tell is told once", async (t) => {
  const { notifier, told } = await withPager(t);
  notifier.begin();
  await notifier.became("db1", 1);
  await notifier.asked("db1");
  await until(t, "it is told", () => told("db1").length > 0);
  await notifier.asked("db1");
  await until(t, "it is done", async () => (await notifier.waiting()) === 0);
  t.deepEqual(told("db1"), ["PROBLEM"]);
  t.true(notifier.icinga.objects.get("db1")!.told.told_pager);
});

test("a change that was replayed is told after one more look only, if it still holds", async (t) => {
  const { notifier, told } = await withPager(t);
  notifier.begin();
  const longAgo = Date.now() / 1000 - 60;
  for (const host of ["still", "over"]) {
    notifier.icinga.set(host, 1, longAgo);
    await notifier.asked(host);
  }
  await until(t, "it was looked at", () => notifier.icinga.asked.some(({ names }) => names.includes("over")));
  notifier.icinga.set("over", 0);
  await until(t, "it is told", () => told("still").length > 0);
  await until(t, "all is done", async () => (await notifier.waiting()) === 0);
  t.deepEqual(told("over"), []);
});

test("a receiver that is away is told what still holds when it is back, and nothing else", async (t) => {
  const { pager, notifier, told } = await withPager(t);
  pager.stop();
  notifier.begin();
  for (const host of ["stays", "passes"]) await notifier.became(host, 1);
  // Away: it is looked at again and again.
  const looks = () => notifier.icinga.asked.filter(({ names }) => names.includes("passes")).length;
  await until(t, "they wait", () => looks() > 3);
  await notifier.became("passes", 0);
  await until(t, "one passed", async () => (await notifier.events("passed")).length > 0);
  await said(t, notifier, /^pager can't be told for \d+ s: the address can't be reached: Connection refused$/);
  await pager.start();
  await until(t, "it is told", () => told("stays").length > 0);
  await notifier.became("stays", 0);
  await until(t, "its recovery is told", () => told("stays").length > 1);
  t.deepEqual([told("stays"), told("passes")], [["PROBLEM", "RECOVERY"], []]);
  await until(t, "all is well", async () => (await notifier.state()).problems.length === 0);
});

test("a receiver that was away for long waits until the masters have found each other", async (t) => {
  const { pager, notifier, told } = await withPager(t);
  pager.stop();
  notifier.icinga.connected = [];
  notifier.begin();
  await notifier.became("db1", 1);
  await until(t, "it fails", async () => (await notifier.events("failed")).length > 0);
  await pause(1.2);
  await pager.start();
  await until(t, "it is there", async () => (await notifier.events("there again")).length > 0);
  // The other master has notified meanwhile.
  notifier.icinga.connected = ["mon2"];
  notifier.icinga.objects.get("db1")!.told.told_pager = true;
  await until(t, "it is done", async () => (await notifier.waiting()) === 0);
  t.deepEqual(told("db1"), []);
});

test("a receiver that refuses is a problem by its answer, and is told once when it takes", async (t) => {
  const { pager, notifier, told } = await withPager(t);
  pager.status = 500;
  notifier.begin();
  for (const host of ["db1", "db2"]) await notifier.became(host, 1);
  await said(t, notifier, /^pager can't be told for \d+ s: the address answers 500, expected 200 to 299$/);
  t.notRegex(JSON.stringify(await notifier.state()), /s3cret/);
  pager.status = 204;
  await until(t, "they are told", () => pager.told.length >= 2);
  await until(t, "all is done", async () => (await notifier.waiting()) === 0);
  t.deepEqual([told("db1"), told("db2")], [["PROBLEM"], ["PROBLEM"]]);
  // By the same identity for each try.
  t.is(new Set(pager.ids).size, 2);
});

test("a slow receiver gets the POST, and nothing else", async (t) => {
  const { pager, notifier, told } = await withPager(t);
  pager.takes = 3_000;
  notifier.begin();
  await notifier.became("db1", 1);
  await until(t, "it is told", () => told("db1").length > 0);
  await until(t, "it is done", async () => (await notifier.waiting()) === 0);
  t.deepEqual(pager.methods, ["POST"]);
});

test("one that is slower than its limit is no receiver", async (t) => {
  const { pager, notifier } = await withPager(t);
  await notifier.tell([{ name: "pager", url: pager.url, timeout: 0.5 }]);
  pager.takes = 60_000;
  notifier.begin();
  await notifier.became("db1", 1);
  await until(t, "it fails", async () => (await notifier.events("failed")).length > 0);
  t.is((await notifier.events("failed"))[0]!.error, "the address does not answer in time");
});

test("a receiver by a name that nobody knows is a problem before there is anything to tell", async (t) => {
  const { notifier } = await withPager(t);
  await notifier.tell([{ name: "pager", url: "http://pager.invalid/" }]);
  notifier.begin();
  await said(t, notifier, /^pager can't be told for \d+ s: the name of the address has no address/);
});

test("after its time an untold problem is given up, which is a problem", async (t) => {
  const { pager, notifier } = await withPager(t);
  await notifier.tell([{ name: "pager", url: pager.url, giveUpAfter: 2 }]);
  pager.stop();
  notifier.begin();
  await notifier.became("db1", 1);
  await until(t, "it is given up", async () => (await notifier.events("given up")).length === 1);
  t.is(await notifier.waiting(), 0);
  await said(t, notifier, /^1 notifications to pager were given up$/);
});

test("a notifier that is killed between the word and its mark does not tell again", async (t) => {
  const { pager, notifier, told } = await withPager(t);
  notifier.icinga.takes = false;
  notifier.begin();
  await notifier.became("db1", 1);
  await until(t, "it is told", async () => (await notifier.events("told")).length > 0);
  await notifier.end();
  t.falsy(notifier.icinga.objects.get("db1")!.told.told_pager);
  notifier.icinga.takes = true;
  notifier.begin();
  await until(t, "it is marked", () => notifier.icinga.objects.get("db1")!.told.told_pager === true);
  t.deepEqual(told("db1"), ["PROBLEM"]);
  t.is(pager.methods.length, 1);
});

test("what waits when it begins is told when the masters have found each other", async (t) => {
  const { notifier, told } = await withPager(t);
  await notifier.became("db1", 1);
  notifier.begin();
  await until(t, "it is told", () => told("db1").length > 0);
  t.true(notifier.icinga.asked.some(({ path }) => path === "/v1/status/ApiListener"));
});

test("what another master that is gone had to tell is told here, once; what it has told is not", async (t) => {
  const { notifier, told } = await withPager(t);
  const { icinga } = notifier;
  notifier.begin();
  await until(t, "its state", notifier.isThere);
  for (const host of ["untold", "told", "quiet"]) icinga.set(host, 1);
  for (const host of ["untold", "told"]) icinga.sentElsewhere(host);
  icinga.objects.get("told")!.told.told_pager = true;
  // While the other one is there, its queue is its own.
  await pause(2);
  t.deepEqual(await notifier.events("taken over"), []);
  icinga.connected = [];
  await until(t, "it is told", () => told("untold").length > 0);
  for (const host of ["untold", "told", "quiet"]) icinga.set(host, 0);
  await until(t, "the recoveries", () => told("untold").length > 1 && told("told").length > 0);
  await until(t, "it is done", async () => (await notifier.waiting()) === 0);
  // It is back, and so is its queue; both know by then what was told.
  icinga.connected = ["mon2"];
  for (const host of ["untold", "told", "quiet"]) await notifier.asked(host);
  await until(t, "all is done", async () => (await notifier.waiting()) === 0);
  t.deepEqual([told("untold"), told("told"), told("quiet")], [["PROBLEM", "RECOVERY"], ["RECOVERY"], []]);
});

test("a master that was away for a moment keeps what it has to tell", async (t) => {
  const { notifier, told } = await withPager(t);
  const { icinga } = notifier;
  notifier.begin();
  await until(t, "its state", notifier.isThere);
  icinga.set("db1", 1);
  icinga.sentElsewhere("db1");
  icinga.connected = [];
  await pause(0.5);
  icinga.connected = ["mon2"];
  await pause(1.5);
  t.deepEqual([await notifier.events("taken over"), told("db1")], [[], []]);
});

test("an entry that can't be read is kept and said", async (t) => {
  const { notifier, told } = await withPager(t);
  await notifier.asked("torn\n");
  notifier.begin();
  await notifier.became("db1", 1);
  await until(t, "the other is told", () => told("db1").length > 0);
  await said(t, notifier, /^1 entries of the queue can't be read: see notify\/broken$/);
});

test("by mail", async (t) => {
  const box = await new Mailbox().start();
  t.teardown(() => box.stop());
  const mail = {
    server: "127.0.0.1",
    port: box.port,
    from: "icinga@example.org",
    to: ["a@example.org", "b@example.org"],
  };
  const notifier = await Notifier.make(t, [{ name: "ops", mail: { ...mail, security: "none" } }]);
  notifier.begin();
  await notifier.became("db1!mysql", CRITICAL, "ops");
  await until(t, "the mail", () => box.mails.length > 0);
  const [{ to, text }] = box.mails as [(typeof box.mails)[0]];
  t.deepEqual(to, ["a@example.org", "b@example.org"]);
  t.regex(text, /^Subject: PROBLEM: db1!mysql is CRITICAL$/m);
  t.regex(text, /^it says so$/m);
  t.regex(text, /^Message-ID: <[0-9a-f]{32}@mon1.trivet>$/m);
});

test("a mail server that takes none is a problem, and gets the mail later", async (t) => {
  const box = await new Mailbox().start();
  t.teardown(() => box.stop());
  box.greeting = "421 too busy";
  const mail = {
    server: "127.0.0.1",
    port: box.port,
    from: "icinga@example.org",
    to: ["a@example.org"],
    security: "none",
  };
  const notifier = await Notifier.make(t, [{ name: "ops", mail }]);
  notifier.begin();
  await notifier.became("db1", 1, "ops");
  await until(t, "it fails", async () => (await notifier.events("failed")).length > 0);
  t.is((await notifier.events("failed"))[0]!.error, "the mail server greets with 421");
  box.greeting = "220 mail.test";
  await until(t, "the mail", () => box.mails.length > 0);
});

test("by a command, which has told when it ends with 0", async (t) => {
  const notifier = await Notifier.make(t, []);
  const file = join(notifier.folder, "sent");
  await notifier.tell([
    { name: "good", command: ["sh", "-c", 'cat > "$1"', "sh", file] },
    { name: "bad", command: ["sh", "-c", "echo no modem >&2; exit 3"] },
  ]);
  notifier.begin();
  notifier.icinga.set("db1", 1);
  for (const user of ["good", "bad"]) await notifier.asked("db1", user);
  await until(t, "one fails", async () => (await notifier.events("failed")).length > 0);
  t.is((await notifier.events("failed"))[0]!.error, "the command ends with 3: no modem");
  await until(t, "one is told", async () => (await notifier.events("told")).length > 0);
  const told = JSON.parse(await readFile(file, "utf8"));
  t.like(told, { object: "db1", type: "PROBLEM", state: "DOWN", from: "mon1", output: "it says so" });
});

test("the check of a master says what the notifier says, and that it is gone", async (t) => {
  const { notifier } = await withPager(t);
  await notifier.script("notifier-state");
  t.like(await notifier.script("check-notifications"), {
    exitCode: 2,
    stdout: "NOTIFICATIONS CRITICAL - the notifier does not run: nobody is told of anything",
  });
  notifier.begin();
  await until(t, "its state", notifier.isThere);
  t.like(await notifier.script("check-notifications"), { exitCode: 0, stdout: "NOTIFICATIONS OK - 0 told, 0 waiting" });
});
