import { randomUUID } from "node:crypto";
import { readFileSync, unlinkSync } from "node:fs";
import { chmod, readdir, unlink, writeFile } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import { basename, join } from "node:path";
import { UserError } from "../../core/errors.ts";
import type { StackFiles } from "./backend.ts";
import { writeError } from "./errors.ts";
import { isShared, prepareFolder, SHARED_FILE } from "./write.ts";

/** A lock file's content, as the Pulumi CLI writes and reads it. */
interface Holder {
  pid: number;
  username: string;
  hostname: string;
  /** RFC 3339 */
  timestamp: string;
  /** Of the machine, where it has one: two machines on one share may have the same name. The CLI writes none. */
  machine?: string;
  /** What it was told to do. The CLI writes none. */
  command?: string;
}

/**
 * Takes the stack for this process, or refuses and says who holds it. What a dead process of this machine left is
 * taken over, with a notice.
 *
 * @returns what gives the lock back; safe to call on exit
 */
export async function lock(files: StackFiles, notice: (message: string) => void): Promise<() => void> {
  await prepareFolder(files.locks);
  const mine = `${randomUUID()}.json`;
  const path = join(files.locks, mine);
  await removeStale(files.locks, notice);
  await refuseIfHeld(files.locks, mine);
  const holder: Holder = {
    pid: process.pid,
    username: userInfo().username,
    hostname: hostname(),
    timestamp: new Date().toISOString(),
    machine: machineId(),
    command: command(),
  };
  const unlock = (): void => {
    try {
      unlinkSync(path);
    } catch {
      // Gone already: by hand, or by `pulumi cancel`.
    }
  };
  try {
    await writeFile(path, JSON.stringify(holder), { flag: "wx" }).catch((error) => {
      throw writeError(path, error);
    });
    // Those who share the folder must be able to read who holds it, and to take over what a dead process left.
    if (await isShared(files.locks)) await chmod(path, SHARED_FILE);
    // Of two that wrote at the same moment, each sees the other here.
    await refuseIfHeld(files.locks, mine);
  } catch (error) {
    unlock();
    throw error;
  }
  return unlock;
}

async function holders(folder: string): Promise<{ file: string; holder: Holder | undefined }[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".json"));
  return files.map((file) => {
    try {
      return { file, holder: JSON.parse(readFileSync(join(folder, file), "utf8")) as Holder };
    } catch {
      return { file, holder: undefined };
    }
  });
}

async function removeStale(folder: string, notice: (message: string) => void): Promise<void> {
  for (const { file, holder } of await holders(folder)) {
    if (!holder || !isDead(holder)) continue;
    notice(`Process ${holder.pid} held the stack since ${holder.timestamp} and is gone: taking its lock over.`);
    await unlink(join(folder, file)).catch(() => {});
  }
}

async function refuseIfHeld(folder: string, mine: string): Promise<void> {
  const other = (await holders(folder)).find(({ file }) => file !== mine);
  if (!other) return;
  throw new UserError(
    `The stack is locked by ${who(other.holder)}. Wait for it to end; if it is certain that nothing runs there, remove ${join(folder, other.file)}.`,
  );
}

const who = (holder: Holder | undefined): string =>
  holder
    ? `process ${holder.pid} of ${holder.username} on ${holder.hostname}, since ${holder.timestamp}${holder.command ? ` (${holder.command})` : ""}`
    : "an unreadable lock file";

/** Who holds the stack, in words, with the file that says so; undefined when nobody does whose process is alive. */
export async function holderOf({ locks }: StackFiles): Promise<string | undefined> {
  const found = await holders(locks).catch(() => []);
  const other = found.find(({ holder }) => !holder || !isDead(holder));
  return other && `${who(other.holder)} (${join(locks, other.file)})`;
}

/** Only a process of this machine can be judged. */
function isDead(holder: Holder): boolean {
  if (holder.hostname !== hostname()) return false;
  if (holder.machine !== undefined && holder.machine !== machineId()) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
  // A pid comes round again: a process that started after the lock was written is not the one that wrote it. After a step
  // of the clock that would be true of the holder, too: one that may be an engine is left alone.
  const started = processStart(holder.pid);
  return started !== undefined && started > Date.parse(holder.timestamp) + 2_000 && !isEngine(holder.pid);
}

/** `trivet up dev`: no verb that takes the lock is told a secret. */
function command(): string {
  const [, script = "", ...words] = process.argv;
  const program = basename(script);
  return [program === "main.ts" ? "trivet" : program, ...words].join(" ");
}

function machineId(): string | undefined {
  try {
    return readFileSync("/etc/machine-id", "utf8").trim() || undefined;
  } catch {
    return undefined;
  }
}

function isEngine(pid: number): boolean {
  try {
    return /node|pulumi|trivet/.test(readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0")[0]!);
  } catch {
    return false;
  }
}

/** When a process started, in milliseconds since 1970; undefined where /proc does not tell. */
function processStart(pid: number): number | undefined {
  const TICKS_PER_SECOND = 100; // USER_HZ, the same on every Linux architecture that Node runs on
  const START_TIME = 19; // field 22 of proc(5) stat, counted from the one after the name
  try {
    const boot = /^btime (\d+)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1];
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[START_TIME];
    return boot && ticks ? (Number(boot) + Number(ticks) / TICKS_PER_SECOND) * 1_000 : undefined;
  } catch {
    return undefined;
  }
}
