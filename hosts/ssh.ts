import { rmSync } from "node:fs";
import type { Readable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { Failure, UserError } from "../core/errors.ts";
import { shellText, sshArguments } from "./sshCommand.ts";
import { hostOf, refusal, type Shared, shared, socketPath, triedAgain } from "./sshConnection.ts";

export interface RunOptions {
  /** What the program reads; nothing unless given. A stream can be given once only. */
  stdin?: string | Readable;
  /** Ends the wait, and the program where it runs on this machine. */
  signal?: AbortSignal;
  /** Milliseconds for all of it, the connection included; 120,000 unless given. */
  timeout?: number;
  /** By a connection of its own: one that was there before says nothing of the way to the host as it is now. Not unless given. */
  anew?: boolean;
}

export interface Ran {
  stdout: string;
  stderr: string;
  /** The program's own exit code; 127 where there is no such program, as a shell says. */
  code: number;
}

const TIMEOUT = 120_000;

/** No connection that is there already, and none that others may use. */
const OWN = ["-o", "ControlMaster=no", "-o", "ControlPath=none"];

/**
 * Runs a program on a host by the system's `ssh`, or on this machine where the endpoint is a socket of it. All programs of a host share one
 * connection, which ends with this process.
 *
 * @param endpoint `ssh://[user@]host[:port]` or `unix:///…`
 * @throws {UserError} where the host can't be reached or does not let this user in: says why, and how to mend it
 * @throws {Failure} when the program has not ended in time (on another host it may go on), or the connection broke meanwhile
 */
export async function runOn(endpoint: string, argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { stdin, signal, timeout = TIMEOUT, anew = false } = options;
  const late = AbortSignal.timeout(timeout);
  const until = signal ? AbortSignal.any([signal, late]) : late;
  const host = hostOf(endpoint);
  try {
    if (!host) return (await execute(argv[0]!, argv.slice(1), stdin, until)) as Ran;
    if (anew) return await triedAgain(() => onHost(endpoint, { options: OWN }, argv, stdin, until));
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
  const ask = await forwarding(endpoint, ["-R", `127.0.0.1:0:127.0.0.1:${port}`]);
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

/** A TCP port as a host reaches it. */
export interface Port {
  address: string;
  port: number;
}

/** A socket of this machine, for its user only: each connection to it is one that a host makes to a port. */
export interface Forward {
  path: string;
  close(): Promise<void>;
}

/**
 * Lets this machine reach a port that a host reaches, by the connection that the host's programs share. A connection to `path` is
 * accepted in any case: where the host can't make its own, it is closed at once, and `whyNotForwarded` tells the reason.
 *
 * @throws {UserError} as `runOn`
 */
export async function openForward(endpoint: string, { address, port }: Port): Promise<Forward> {
  const path = socketPath();
  const ask = await forwarding(endpoint, ["-L", `${path}:${address}:${port}`]);
  const { code, stderr } = await ask("forward");
  if (code !== 0) throw new Failure(`ssh opens no socket that leads to ${hostOf(endpoint)}: ${stderr.trim()}`);
  const close = async () => {
    await ask("cancel").catch(() => {});
    rmSync(path, { force: true });
  };
  return { path, close };
}

/**
 * What ssh says of a port that a host can't connect to: "connect failed: Connection refused", or "administratively prohibited" where its sshd forwards
 * nothing. Undefined where it can.
 *
 * @param timeout milliseconds after which it is said that there was no answer
 */
export async function whyNotForwarded(
  endpoint: string,
  { address, port }: Port,
  timeout: number,
): Promise<string | undefined> {
  const { options } = await shared(endpoint);
  const late = AbortSignal.timeout(timeout);
  const args = ["-W", `${address}:${port}`, ...sshArguments(endpoint, options)];
  // A pipe for its output would be held open by the shared connection until that gives up.
  const { execa } = await import("execa");
  const { exitCode, stderr } = await execa("ssh", args, {
    stdin: "ignore",
    stdout: "ignore",
    cancelSignal: late,
    detached: true,
    reject: false,
  });
  if (late.aborted) return `no answer in ${timeout / 1000} s`;
  return exitCode === 0 ? undefined : (/open failed: (.*)/.exec(stderr)?.[1] ?? (stderr.trim() || "ssh ended"));
}

/** Asks the connection that a host's programs share for a forwarding, or to end it. */
async function forwarding(endpoint: string, forward: readonly string[]) {
  const { options } = await shared(endpoint);
  // Where it is the user's own connection this opens it.
  await runOn(endpoint, ["true"]);
  return (verb: "forward" | "cancel") =>
    execute(
      "ssh",
      ["-O", verb, ...forward, ...sshArguments(endpoint, options)],
      undefined,
      AbortSignal.timeout(TIMEOUT),
    );
}

async function onHost(
  endpoint: string,
  { options, ended }: Pick<Shared, "options" | "ended">,
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
  // It takes as long to load as all else here.
  const { execa } = await import("execa");
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

async function before<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  let stop = () => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
  });
  return Promise.race([work, stopped]).finally(() => signal.removeEventListener("abort", stop));
}
