import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import test, { type ExecutionContext } from "ava";
import pLimit from "p-limit";
import { filesOf, usedPercent } from "../../../node/adapters/files.ts";

const uuid = "96ee8015-e56e-11f1-8fb5-a36e41aba6e9";
const grastate = (id = uuid, seqno = 42, safe = 0) =>
  `# GALERA saved state\nversion: 2.1\nuuid:    ${id}\nseqno:   ${seqno}\nsafe_to_bootstrap: ${safe}\n`;
const none = "00000000-0000-0000-0000-000000000000";
const view = `my_uuid: ${uuid}\n#vwbeg\nview_id: 3 ${uuid} 7\nbootstrap: 0\nmember: ${uuid} 0\n#vwend\n`;

/** Real files of a host; what is given is there when its life begins. */
async function host(t: ExecutionContext, given: Record<string, string> = {}) {
  const folder = await mkdtemp(join(tmpdir(), "trivet-files-"));
  t.teardown(() => rm(folder, { recursive: true }));
  const at = (path: string) => join(folder, path);
  for (const name of ["data", "run", "settings"]) await mkdir(at(name));
  for (const [path, text] of Object.entries(given)) {
    await mkdir(join(at(path), ".."), { recursive: true });
    await writeFile(at(path), text);
  }
  const files = filesOf({
    data: at("data"),
    run: at("run"),
    settings: at("settings"),
    disks: [folder],
    turn: pLimit(1),
  });
  return {
    files,
    at,
    text: (path: string) => readFile(at(path), "utf8"),
    there: async () => (await readdir(at("data"))).sort(),
  };
}

test("a life begins: what an earlier one was told is over, and what is there is read", async (t) => {
  const { files, at } = await host(t, {
    "data/grastate.dat": grastate(),
    "data/gvwstate.dat": view,
    "data/mysql/db.frm": "",
    "run/order": `bootstrap ${uuid} 42\n`,
    "run/waiting": "{}",
    "run/leaving": "",
  });
  await utimes(at("data/gvwstate.dat"), 1_795_000_000, 1_795_000_000);
  t.deepEqual(await files.beginLife(), {
    grastate: { value: { uuid, seqno: 42, safeToBootstrap: false } },
    view: { value: { own: uuid, id: uuid, number: 7, seen: 1_795_000_000, members: [uuid] } },
    transfer: false,
    database: true,
    installing: false,
  });
  t.deepEqual(await readdir(at("run")), []);
  t.is(await files.takeOrder(), undefined);
});

test("nothing is there", async (t) => {
  const { files } = await host(t);
  const nothing = { grastate: undefined, view: undefined, transfer: false, database: false, installing: false };
  t.deepEqual(await files.beginLife(), nothing);
});

test("what can't be read is not taken for nothing", async (t) => {
  for (const [text, why] of [
    ["\xff\xfe", /no text/],
    ["x".repeat(100_000), /no text of 65536/],
    ["", /the uuid ""/],
    [grastate("a[$(id)]"), /the uuid "a\[\$\(id\)\]"/],
  ] as const) {
    const { files, at } = await host(t);
    await writeFile(at("data/grastate.dat"), Buffer.from(text, "latin1"));
    t.regex((await files.beginLife()).grastate?.dropped ?? "", why);
  }
  const { files, at } = await host(t);
  await mkdir(at("data/grastate.dat"));
  t.regex((await files.beginLife()).grastate?.dropped ?? "", /can't be read/);
});

test("nobody waits for a pipe where a file should be", async (t) => {
  const { files, at } = await host(t);
  await promisify(execFile)("mkfifo", [at("data/grastate.dat"), at("run/order")]);
  const { grastate } = await files.beginLife();
  t.regex(grastate?.dropped ?? "", /is no file/);
  await promisify(execFile)("mkfifo", [at("run/order")]);
  const order = await files.takeOrder();
  t.true(order && "refused" in order);
  t.is(await files.takeOrder(), undefined);
});

test("a transfer that did not end: by MariaDB's mark, or by what mariadb-backup left", async (t) => {
  for (const mark of ["data/sst_in_progress", "data/.sst/ibdata1"]) {
    const { files, text, there } = await host(t, {
      "data/grastate.dat": grastate(),
      "data/gvwstate.dat": view,
      [mark]: "",
    });
    t.true((await files.beginLife()).transfer);
    t.is(await files.asksForData(), mark.endsWith("progress"));
    await files.change(["drop-forked", "give-up-data", "drop-transfer-mark"]);
    t.is(await text("data/grastate.dat"), grastate(none, -1));
    t.deepEqual(await there(), ["grastate.dat"]);
  }
});

test("the rest of a transfer without any state is known as such by the next life, too", async (t) => {
  const { files } = await host(t, { "data/mysql/db.frm": "", "data/sst_in_progress": "" });
  await files.beginLife();
  await files.change(["give-up-data", "drop-transfer-mark"]);
  const { grastate, transfer } = await files.beginLife();
  t.deepEqual([grastate?.value?.uuid, transfer], [none, false]);
});

test("a fork: its old position is put aside, and is back when it came to nothing", async (t) => {
  const { files, text, there } = await host(t, { "data/grastate.dat": grastate() });
  await files.change(["put-aside-forked"]);
  t.deepEqual(await there(), ["grastate.forked"]);
  t.is((await files.beginLife()).grastate?.value?.seqno, 42);
  t.is(await text("data/grastate.dat"), grastate());
});

test("a fork that came about: the old position goes", async (t) => {
  const { files, there } = await host(t, {
    "data/grastate.dat": grastate(uuid, 1),
    "data/grastate.forked": grastate(),
  });
  t.is((await files.beginLife()).grastate?.value?.seqno, 1);
  await files.change(["drop-forked"]);
  t.deepEqual(await there(), ["grastate.dat"]);
});

test("a state is changed whole, for the database alone to read", async (t) => {
  const { files, at, text, there } = await host(t, {
    "data/grastate.dat": grastate(),
    "data/grastate.dat.new": "torn",
  });
  await chmod(at("data/grastate.dat.new"), 0o400);
  await files.change(["safe-to-bootstrap"]);
  t.is(await text("data/grastate.dat"), grastate(uuid, 42, 1));
  t.is((await stat(at("data/grastate.dat"))).mode & 0o777, 0o660);
  t.deepEqual(await there(), ["grastate.dat"]);
});

test("what has no position is not made safe to bootstrap from, and where there is none nothing is made", async (t) => {
  const { files, text } = await host(t, { "data/grastate.dat": "uuid: nobody\n" });
  await files.change(["safe-to-bootstrap"]);
  t.is(await text("data/grastate.dat"), "uuid: nobody\n");
  const empty = await host(t);
  await empty.files.change([
    "safe-to-bootstrap",
    "drop-last-view",
    "drop-installing-mark",
    "drop-transfer-mark",
    "drop-forked",
  ]);
  t.deepEqual(await empty.there(), []);
});

test("all is cleared but what the file system keeps for itself", async (t) => {
  const { files, there } = await host(t, {
    "data/mysql/db.frm": "",
    "data/lost+found/x": "",
    "data/.trivet-installing": "begun",
  });
  await files.change(["clear-data"]);
  t.deepEqual(await there(), ["lost+found"]);
});

test("an order is gone before anybody looks at it, whatever it is", async (t) => {
  const { files, at } = await host(t);
  const give = async (bytes: string | Uint8Array) => {
    await writeFile(at("run/order"), bytes);
    const order = await files.takeOrder();
    t.deepEqual(await readdir(at("run")), []);
    return order;
  };
  const position = { uuid, seqno: 42 };
  t.deepEqual(await give(`fork ${uuid} 42 db2 db3\n`), { order: "fork", position, without: ["db2", "db3"] });
  t.deepEqual(await give(`discard ${uuid} 42\n`), { order: "discard", position });
  for (const bytes of ["", "bootstrap", `bootstrap ${uuid} 42 x[$(id)]`, "x".repeat(100_000), Buffer.from([0xff])]) {
    const order = await give(bytes);
    t.true(order && "refused" in order);
  }
});

test("settings are here once both files are", async (t) => {
  const { files, at } = await host(t, { "settings/capacity": "warning=80\nfull=95\ncounted=0\n" });
  t.is(await files.capacity(), undefined);
  await writeFile(at("settings/running.cnf"), "");
  t.is(await files.capacity(), undefined);
  await writeFile(at("settings/running.cnf"), "[mariadbd]\n");
  t.deepEqual(await files.capacity(), { warning: 80, full: 95, counted: 0 });
  await writeFile(at("settings/capacity"), "warning=80\nfull=$(id)\ncounted=0\n");
  t.is(await files.capacity(), undefined);
});

test("how full a disk is, as df says it", async (t) => {
  const { files, at } = await host(t);
  const { stdout } = await promisify(execFile)("df", ["--block-size=1", "--output=used,avail", at("data")]);
  const [used, available] = stdout.split("\n")[1]!.trim().split(/\s+/).map(Number);
  const seen = await files.used({ warning: 80, full: 95, counted: 0 });
  t.true(Math.abs(seen - (100 * used!) / (used! + available!)) < 1, `${seen}`);
});

test("a disk that can't tell proves nothing", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "trivet-files-"));
  t.teardown(() => rm(folder, { recursive: true }));
  const files = filesOf({
    data: folder,
    run: folder,
    settings: folder,
    disks: [join(folder, "none")],
    turn: pLimit(1),
  });
  t.is(await files.used({ warning: 80, full: 95, counted: 0 }), 0);
});

const GIB = 2 ** 30;
const percent = test.macro((t, used: number, available: number, counted: number, expected: number) => {
  // 5 % of it are kept for root.
  const [blocks, bfree, bavail] = [used + available + 7, available + 7, available].map(BigInt);
  t.is(usedPercent({ bsize: 1n, blocks: blocks!, bfree: bfree!, bavail: bavail! }, { counted }), expected);
});
test("used and free", percent, 800, 200, 0, 80);
test("an empty one", percent, 0, 1000, 0, 0);
test("without a block", percent, 1000, 0, 0, 100);
test("to one digit", percent, 949, 51, 0, 94.9);
test("of a larger one only its last so much", percent, 243 * GIB, 7 * GIB, 40 * GIB, 82.5);
test("which may all be free", percent, 150 * GIB, 100 * GIB, 40 * GIB, 0);
test("of a smaller one all", percent, GIB, GIB, 40 * GIB, 50);
