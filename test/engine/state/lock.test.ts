import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { prepareBackend, type StackFiles, stackFiles } from "../../../engine/state/backend.ts";
import { holderOf, lock } from "../../../engine/state/lock.ts";
import { replaceFile } from "../../../engine/state/write.ts";

function prepare(t: ExecutionContext): StackFiles {
  const folder = mkdtempSync(join(tmpdir(), "trivet-lock-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return stackFiles("file://./state", folder, "trivet", "dev");
}

function heldBy(files: StackFiles, holder: object): void {
  mkdirSync(files.locks, { recursive: true });
  writeFileSync(join(files.locks, "0.json"), JSON.stringify({ username: "someone", ...holder }));
}

const unused = (): void => {
  throw new Error("there is nothing to tell");
};

test("a lock file as the Pulumi CLI writes it, gone after", async (t) => {
  const files = prepare(t);
  const unlock = await lock(files, unused);
  const [file] = readdirSync(files.locks);
  t.regex(file!, /^[0-9a-f-]{36}\.json$/);
  const holder = JSON.parse(readFileSync(join(files.locks, file!), "utf8"));
  const { machine, command, ...asTheCli } = holder;
  t.deepEqual(Object.keys(asTheCli), ["pid", "username", "hostname", "timestamp"]);
  t.true(machine === undefined || typeof machine === "string");
  t.is(holder.pid, process.pid);
  t.true(command.length > 0);
  await t.throwsAsync(lock(files, unused), { message: new RegExp(`locked by process ${process.pid} of`) });
  unlock();
  t.deepEqual(readdirSync(files.locks), []);
});

test("who holds it is named: user, host, since when, and what was called", async (t) => {
  const files = prepare(t);
  heldBy(files, { pid: 7, hostname: "ops2", timestamp: "2026-01-01T00:00:00Z", command: "trivet up production" });
  const held = "process 7 of someone on ops2, since 2026-01-01T00:00:00Z (trivet up production)";
  const { message } = (await t.throwsAsync(lock(files, unused)))!;
  t.true(message.includes(`The stack is locked by ${held}.`), message);
  t.true((await holderOf(files))!.startsWith(held));
});

test("in a folder that a group shares, what is made is its group's, too, whatever the umask", async (t) => {
  const files = prepare(t);
  const folder = dirname(files.root);
  mkdirSync(folder);
  chmodSync(folder, 0o2770);
  const modeOf = (path: string) => (statSync(path).mode & 0o7777).toString(8);
  const unlock = await lock(files, unused);
  t.is(modeOf(join(files.locks, readdirSync(files.locks)[0]!)), "660");
  unlock();
  await prepareBackend(files);
  await replaceFile(files.checkpoint, "{}");
  t.is(modeOf(files.checkpoint), "660");
  for (let path = dirname(files.checkpoint); path !== folder; path = dirname(path)) t.is(modeOf(path), "2770", path);
  for (let path = files.locks; path !== folder; path = dirname(path)) t.is(modeOf(path), "2770", path);
});

test("elsewhere the state is its owner's alone", async (t) => {
  const files = prepare(t);
  await prepareBackend(files);
  await replaceFile(files.checkpoint, "{}");
  t.is(statSync(files.checkpoint).mode & 0o777, 0o600);
});

test("another machine's lock is never judged", async (t) => {
  const files = prepare(t);
  heldBy(files, { pid: 1, hostname: "elsewhere", timestamp: "2026-01-01T00:00:00Z" });
  await t.throwsAsync(lock(files, unused), {
    message: /process 1 of someone on elsewhere, since 2026-01-01T00:00:00Z/,
  });
});

test("nor is that of another machine of this name, on a share that both use", async (t) => {
  const files = prepare(t);
  const dead = Number(execFileSync("sh", ["-c", "echo $$"], { encoding: "utf8" }));
  heldBy(files, { pid: dead, hostname: hostname(), timestamp: "2026-01-01T00:00:00Z", machine: "of another one" });
  await t.throwsAsync(lock(files, unused), { message: /remove .*0\.json/ });
});

test("a dead process's lock is taken over with a notice, and so is one whose pid is another process's now", async (t) => {
  const files = prepare(t);
  const dead = Number(execFileSync("sh", ["-c", "echo $$"], { encoding: "utf8" }));
  const other = spawn("sleep", ["60"]);
  t.teardown(() => other.kill());
  for (const holder of [
    { pid: dead, timestamp: new Date().toISOString() },
    { pid: other.pid, timestamp: "2020-01-01T00:00:00Z" },
  ]) {
    heldBy(files, { ...holder, hostname: hostname() });
    const notices: string[] = [];
    const unlock = await lock(files, (message) => notices.push(message));
    t.regex(notices.join(), new RegExp(`^Process ${holder.pid} held the stack since ${holder.timestamp}`));
    unlock();
  }
});
