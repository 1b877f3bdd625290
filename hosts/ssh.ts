import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { execa } from "execa";
import pLimit, { type LimitFunction } from "p-limit";
import pRetry from "p-retry";
import { Failure, UserError } from "../core/errors.ts";
import { shellText, sshArguments } from "./sshCommand.ts";

export interface RunOptions {
  /** What the program reads; nothing unless given. A stream can be given once only. */
  stdin?: string | Readable;
  /** Ends the wait, and the program where it runs on this machine. */
  signal?: AbortSignal;
  /** Milliseconds for all of it, the connection included; 120,000 unless given. */
  timeout?: number;
}

export interface Ran {
  stdout: string;
  stderr: string;
  /** The program's own exit code; 127 where there is no such program, as a shell says. */
  code: number;
}

const TIMEOUT = 120_000;

/** Connections that are being set up at a time: from 10 on, sshd refuses some of them by lot (MaxStartups), and all may go by one jump host. */
const connecting = pLimit(6);

/** Programs at a time on one connection: sshd's MaxSessions is 10, one of them is the connection's own. */
const SESSIONS = 8;

/**
 * Runs a program on a host by the system's `ssh`, or on this machine where the endpoint is a socket of it. All programs of a host share one
 * connection, which ends with this process.
 *
 * @param endpoint `ssh://[user@]host[:port]` or `unix:///…`
 * @throws {UserError} where the host can't be reached or does not let this user in: says why, and how to mend it
 * @throws {Failure} when the program has not ended in time (on another host it may go on), or the connection broke meanwhile
 */
export async function runOn(endpoint: string, argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { stdin, signal, timeout = TIMEOUT } = options;
  const late = AbortSignal.timeout(timeout);
  const until = signal ? AbortSignal.any([signal, late]) : late;
  const host = hostOf(endpoint);
  try {
    if (!host) return (await execute(argv[0]!, argv.slice(1), stdin, until)) as Ran;
    const connection = await before(until, shared(endpoint));
    return await connection.limit(() => onHost(endpoint, connection, argv, stdin, until));
  } catch (error) {
    signal?.throwIfAborted();
    if (!late.aborted) throw error;
    throw new Failure(`${argv[0]} on ${host ?? "this machine"} did not end within ${timeout / 1000} s.`);
  }
}

/** A port of a host's loopback that leads to one of this machine's. */
export interface BackPort {
  port: number;
  close(): Promise<void>;
}

/**
 * Lets a host reach a port of this machine's loopback, by the connection that its programs share; nobody else reaches it.
 *
 * @throws {UserError} as `runOn`, and where its sshd forwards no ports
 */
export async function openBackPort(endpoint: string, port: number): Promise<BackPort> {
  const { options } = await shared(endpoint);
  // Where it is the user's own connection this opens it.
  await runOn(endpoint, ["true"]);
  const ask = (verb: string) =>
    execute(
      "ssh",
      ["-O", verb, "-R", `127.0.0.1:0:127.0.0.1:${port}`, ...sshArguments(endpoint, options)],
      undefined,
      AbortSignal.timeout(TIMEOUT),
    );
  const { stdout, stderr } = await ask("forward");
  const given = Number(stdout.trim());
  if (!(given > 0)) {
    throw new UserError(
      `${hostOf(endpoint)} forwards no port to this machine: ${stderr.trim()}. Its sshd must allow it for this user: "AllowTcpForwarding remote" in /etc/ssh/sshd_config.`,
    );
  }
  // It ends with the connection at the latest.
  return { port: given, close: async () => void (await ask("cancel")) };
}

async function onHost(
  endpoint: string,
  { options, ended }: Shared,
  argv: readonly string[],
  stdin: RunOptions["stdin"],
  until: AbortSignal,
): Promise<Ran> {
  until.throwIfAborted();
  const args = [...sshArguments(endpoint, options), shellText(argv)];
  const { code, stderr, ...ran } = await execute("ssh", args, stdin, until);
  // 255 is ssh's own, but a program may end with it as well.
  if (code !== 255) return { ...ran, code, stderr };
  if (ended && (await Promise.race([ended.then(() => true), setTimeout(500, false)]))) {
    throw new Failure(
      `The connection to ${hostOf(endpoint)} broke while ${argv[0]} ran: ${stderr.trim() || "ssh ended"}.`,
    );
  }
  if (SSH_WORDS.test(stderr)) throw refusal(endpoint, stderr);
  return { ...ran, code, stderr };
}

/** What ssh says when it ends by itself. */
const SSH_WORDS =
  /^(ssh: |mux_client|kex_exchange|client_loop: |Host key verification failed|Connection (to|closed|reset)|Shared connection to|Timeout, server|.*: Permission denied \()/m;

async function execute(file: string, args: string[], stdin: RunOptions["stdin"], cancelSignal: AbortSignal) {
  const input = stdin === undefined ? { stdin: "ignore" as const } : { input: stdin };
  // Ctrl-C is for this process, which finishes what is under way.
  const ran = await execa(file, args, {
    ...input,
    cancelSignal,
    detached: true,
    reject: false,
    stripFinalNewline: false,
    encoding: "utf8",
  });
  cancelSignal.throwIfAborted();
  if (ran.code === "ENOENT") return { stdout: "", stderr: `${file}: not found\n`, code: 127 };
  if (ran.exitCode === undefined) throw new Failure(ran.originalMessage ?? ran.shortMessage ?? `${file} was killed`);
  return { stdout: ran.stdout, stderr: ran.stderr, code: ran.exitCode };
}

interface Shared {
  /** For an `ssh` that goes by it. */
  options: string[];
  limit: LimitFunction;
  /** When it broke; absent where it is the user's own. */
  ended?: Promise<void>;
}

const connections = new Map<string, Promise<Shared>>();

function shared(endpoint: string): Promise<Shared> {
  const known = connections.get(endpoint);
  if (known) return known;
  const made = pRetry(() => connecting(() => connect(endpoint)), {
    retries: 3,
    minTimeout: 200,
    randomize: true,
    shouldRetry: ({ error }) => error instanceof Dropped,
  });
  connections.set(endpoint, made);
  made.catch(() => connections.delete(endpoint));
  return made;
}

/** sshd ended the connection before anybody logged in, as it does by lot when many come at once. */
class Dropped extends UserError {}

/** The user's own shared connection where `~/.ssh/config` has one for the host: it may be open, after a question that only a person can answer. */
async function connect(endpoint: string): Promise<Shared> {
  const limit = pLimit(SESSIONS);
  const { stdout } = await execa("ssh", ["-G", ...sshArguments(endpoint)], { reject: false, stdin: "ignore" });
  if (/^controlpath (?!none$)/m.test(stdout ?? "")) return { options: [], limit };
  const options = ["-o", `ControlPath=${socketPath()}`];
  const { ended } = await openShared(endpoint, ["-o", "ControlMaster=yes", "-o", "ControlPersist=no", ...options]);
  return { options: ["-o", "ControlMaster=no", ...options], limit, ended };
}

const READY = "trivet-connected";
/** Milliseconds after which a host that let us connect must have given us a shell. */
const LOGIN = 45_000;

/**
 * Opens a connection for others to share. It lasts as long as this process: its own program on the host reads what never comes, and ends when
 * nobody is left to write.
 */
async function openShared(endpoint: string, options: string[]): Promise<{ ended: Promise<void> }> {
  const child = spawn("ssh", [...sshArguments(endpoint, options), `echo ${READY}; exec cat > /dev/null`], {
    detached: true,
    stdio: "pipe",
  });
  masters.add(child);
  let said = "";
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-4_000);
  });
  child.stdin.on("error", () => {});
  await new Promise<void>((resolve, reject) => {
    const end = (error: Error) => {
      masters.delete(child);
      connections.delete(endpoint);
      clearTimeout(timer);
      child.kill();
      reject(error);
    };
    const timer = globalThis.setTimeout(() => {
      const host = hostOf(endpoint);
      end(
        new UserError(
          `${host} gave no shell within ${LOGIN / 1000} s. "ssh ${host} true" must end without a question.`,
        ),
      );
    }, LOGIN);
    child.on("error", (error) => {
      end(new UserError(`ssh could not be started (${error.message}). Install it: apt-get install openssh-client.`));
    });
    child.on("close", () => end(refusal(endpoint, said)));
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      if (!text.includes(READY)) return;
      clearTimeout(timer);
      resolve();
    });
  });
  for (const handle of [child, child.stdin, child.stdout, child.stderr] as unknown as { unref(): void }[])
    handle.unref();
  return { ended };
}

const masters = new Set<ChildProcess>();
let folder: string | undefined;
let sockets = 0;

/** A short one, in a folder that only this user may enter: the path of a socket has at most 104 bytes, and ssh adds 17 to it at first. */
function socketPath(): string {
  if (!folder) {
    const made = mkdtempSync(join(tmpdir().length > 60 ? "/tmp" : tmpdir(), "trivet-"));
    folder = made;
    process.once("exit", () => {
      for (const master of masters) master.kill();
      rmSync(made, { recursive: true, force: true });
    });
  }
  return join(folder, String(sockets++));
}

async function before<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  let stop = () => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
  });
  return Promise.race([work, stopped]).finally(() => signal.removeEventListener("abort", stop));
}

/** `[user@]host`, as one gives it to `ssh`; undefined for this machine. */
function hostOf(endpoint: string): string | undefined {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url?.protocol === "unix:") return undefined;
  if (url?.protocol === "ssh:" && url.hostname) {
    return `${url.port ? `-p ${url.port} ` : ""}${url.username ? `${decodeURIComponent(url.username)}@` : ""}${url.hostname}`;
  }
  throw new UserError(
    `"${endpoint}" is no endpoint of a host. Expected "unix:///var/run/docker.sock" or "ssh://user@host": correct the host's "endpoint" in the settings.`,
  );
}

/** The error for what ssh said when it ended by itself. */
function refusal(endpoint: string, said: string): Error {
  const host = hostOf(endpoint)!;
  const { hostname, port } = new URL(endpoint);
  const known = port ? `[${hostname}]:${port}` : hostname;
  const words = said.trim().split(/\r?\n/).slice(-6).join("\n  ");
  const error = (why: string, mend: string) => new UserError(`${host}: ${why}. ${mend}\nssh says:\n  ${words}`);
  if (/HOST IDENTIFICATION HAS CHANGED/.test(said)) {
    return error(
      "its host key is another one than the known one, so it is not the host that it was, or somebody is in between",
      `Ask whoever runs it whether its key was changed; only then: ssh-keygen -R ${shellText([known])}, and "ssh ${host}" once to look at the new one.`,
    );
  }
  if (/Host key verification failed/.test(said)) {
    return error(
      "its host key is not known",
      `Run "ssh ${host}" once and compare the fingerprint that it shows with the host's own (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub there).`,
    );
  }
  if (/Permission denied \(|Too many authentication failures/.test(said)) {
    return error(
      "it accepts none of this user's keys",
      `Bring one there ("ssh-copy-id ${host}"), or name the right one for it in ~/.ssh/config (IdentityFile) or give it to the agent (ssh-add): a passphrase can't be asked for here.`,
    );
  }
  if (/Could not resolve hostname/.test(said)) {
    return error(
      `the name ${hostname} is not resolved`,
      `Correct the "endpoint" in the settings, or give the name a HostName in ~/.ssh/config.`,
    );
  }
  if (/timed out|Timeout, server/.test(said)) {
    return error("it does not answer", "Is it up, and does every firewall on the way let SSH through?");
  }
  if (/Connection refused/.test(said)) {
    return error("nothing listens there for SSH", `Start sshd, or give its port: "ssh://user@${hostname}:2222".`);
  }
  if (/No route to host|Network is unreachable/.test(said)) {
    return error("there is no way to it", "Is it up, and does this machine have a route to its network?");
  }
  if (/kex_exchange_identification|Connection (closed|reset)/.test(said)) {
    return new Dropped(
      error(
        "its sshd closed the connection before anybody could log in",
        "It may take no more connections at the moment (MaxStartups in sshd_config), or let this address in no longer.",
      ).message,
    );
  }
  return new Failure(`The connection to ${host} ended${words ? `; ssh says:\n  ${words}` : "."}`);
}
