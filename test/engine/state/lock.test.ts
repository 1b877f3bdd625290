import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { type StackFiles, stackFiles } from "../../../engine/state/backend.ts";
import { lock } from "../../../engine/state/lock.ts";

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
  const { machine, ...asTheCli } = holder;
  t.deepEqual(Object.keys(asTheCli), ["pid", "username", "hostname", "timestamp"]);
  t.true(machine === undefined || typeof machine === "string");
  t.is(holder.pid, process.pid);
  await t.throwsAsync(lock(files, unused), { message: new RegExp(`locked by process ${process.pid} of`) });
  unlock();
  t.deepEqual(readdirSync(files.locks), []);
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
