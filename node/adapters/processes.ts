import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Position, readRecovered } from "../bootstrap/index.ts";
import { readText } from "../foreign/shapes.ts";
import type { Log, Processes } from "../ports.ts";
import { clearFolder, type FilesConfig, marksOf } from "./files.ts";
import { processes, startedBy } from "./proc.ts";
import { hasSocket } from "./sockets.ts";
import { readBytes, writeWhole } from "./write.ts";

export interface ProcessesConfig extends Pick<FilesConfig, "data" | "run" | "turn"> {
  /** The port on which a joiner takes a state transfer. */
  transferPort: number;
  /** What is to be there before each start, and options that follow from it. */
  prepare(): Promise<readonly string[]>;
  log: Log;
  /** In the environment of the database: tests give it a clock of its own. */
  environment?: Readonly<Record<string, string>>;
  /** The folder of the programs. @default where the environment finds them */
  programs?: string;
}

export interface KeptProcesses extends Processes {
  /** Has the database end in good order where one runs, and waits for that. */
  end(signal: AbortSignal): Promise<void>;
}

/** Bytes at the end of what a program printed. */
const END = 1024 * 1024;
/** Lines of it that are shown when it failed. */
const SHOWN = 40;

/** Debian's, and ours in its place: bash runs it, and what it runs has the same in its own arguments. */
const transferScript = (role: string) => new RegExp(`wsrep_sst_[a-z.]+ --role ${role}\\b`);

/**
 * The processes of the database's container. They are children of this one, which is the only child of the container's first process: when this
 * one ends, however that comes about, the container ends, and they with it, so that no next life finds one of them.
 */
export function processesOf(config: ProcessesConfig): KeptProcesses {
  const { data, turn, log, environment, programs } = config;
  const env = { ...process.env, ...environment };
  const path = (program: string) => (programs === undefined ? program : join(programs, program));
  const { installing } = marksOf(config);
  let database: ChildProcess | undefined;
  /** Told to end before it was there. */
  let unwanted = false;

  /** What a program printed, and its exit code. */
  async function output(program: string, args: readonly string[]): Promise<{ code: number; printed: string }> {
    const child = spawn(path(program), args, { stdio: ["ignore", "pipe", "pipe"], env });
    let printed = Buffer.alloc(0);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (part: Buffer) => {
        printed = Buffer.concat([printed, part]).subarray(-END);
      });
    }
    const code = await new Promise<number>((resolve) => {
      child.once("error", (error) => {
        printed = Buffer.from(error.message);
        resolve(127);
      });
      child.once("close", (ended) => resolve(ended ?? 1));
    });
    // A log may quote a name of any bytes.
    return { code, printed: readText(printed, END) ?? printed.toString("latin1") };
  }
  const show = (what: string, printed: string) =>
    log.say([what, ...printed.trimEnd().split("\n").slice(-SHOWN)].join("\n"));

  // Only what this process started, by whatever way: another one's transfer is not ours to end.
  const started = async () => startedBy(process.pid, await processes());
  const scripts = async (role: "donor" | "joiner") =>
    (await started()).filter(({ command }) => transferScript(role).test(command));

  async function begin(options: readonly string[]): Promise<ChildProcess> {
    const more = await turn(config.prepare);
    return spawn(path("mariadbd"), ["--user=mysql", ...options, ...more], {
      stdio: ["ignore", "inherit", "inherit"],
      env,
    });
  }

  return {
    start(options, exited) {
      begin(options).then(
        (child) => {
          database = child;
          child.once("error", (error) => {
            log.say(`mariadbd can't be started: ${error.message}`);
            exited(undefined);
          });
          child.once("exit", (code) => exited(code ?? undefined));
          if (unwanted) child.kill("SIGTERM");
        },
        (error: Error) => {
          log.say(`mariadbd can't be started: ${error.message}`);
          exited(undefined);
        },
      );
    },
    kill(signal) {
      if (database) database.kill(`SIG${signal}`);
      else unwanted = true;
    },

    recover: () =>
      turn(async (): Promise<Position | undefined> => {
        const { printed } = await output("mariadbd", ["--user=mysql", "--wsrep-recover", "--skip-networking"]);
        const { value, dropped } = readRecovered(printed);
        if (dropped !== undefined) show(`${dropped}; it printed:`, printed);
        return value;
      }),

    makeDatabase: () =>
      turn(async () => {
        try {
          const mark = await readBytes(installing, 64);
          if (mark && readText(mark, 64)?.trim() === "ready") return true;
          log.say("makes a new database");
          await mkdir(data, { recursive: true });
          await clearFolder(data);
          await writeWhole(installing, "begun\n");
          const options = [
            "--user=mysql",
            `--datadir=${data}`,
            "--skip-test-db",
            "--auth-root-authentication-method=socket",
          ];
          const { code, printed } = await output("mariadb-install-db", options);
          if (code !== 0) {
            show("a new database can't be made:", printed);
            return false;
          }
          await writeWhole(installing, "ready\n");
          return true;
        } catch (error) {
          log.say(`a new database can't be made: ${(error as Error).message}`);
          return false;
        }
      }),

    // By what runs under it, which is what MariaDB waits for; of the innermost shell first, lest that lose its children.
    async endTransfer(role) {
      const found = (await scripts(role)).toSorted((one, other) => other.pid - one.pid);
      for (const { pid } of found) {
        for (const child of (await started()).filter(({ parent }) => parent === pid)) terminate(child.pid);
      }
      return found.length > 0;
    },
    gives: async () => (await scripts("donor")).length > 0,
    async end(signal) {
      if (!database || database.exitCode !== null || database.signalCode !== null) return;
      const ended = once(database, "exit", { signal }).catch(() => {});
      database.kill("SIGTERM");
      await ended;
    },
    isFed: async () =>
      (await hasSocket(config.transferPort, "established")) || !(await hasSocket(config.transferPort, "listening")),
  };
}

function terminate(pid: number): void {
  try {
    process.kill(pid, "SIGTERM");
  } catch {
    // It has ended by itself.
  }
}
