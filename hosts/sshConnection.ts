import { type ChildProcess, execFile, spawn } from "node:child_process";
import { lstatSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pLimit, { type LimitFunction } from "p-limit";
import pRetry from "p-retry";
import { Failure, UserError } from "../core/errors.ts";
import { shellText, sshArguments } from "./sshCommand.ts";

/**
 * Connections that are being set up at a time by one jump host, or to one host: from 10 on, its sshd refuses some of them by lot (MaxStartups),
 * and another operator may come by it as well.
 */
const BY_ONE_WAY = 4;
const ways = new Map<string, LimitFunction>();

/** The same to all hosts: each is a process of this machine. */
const connecting = pLimit(16);

/** How often it is tried to connect, where sshd drops the connection. */
const TRIES = 8;
/** The same where it lets this machine connect and then is silent, for 15 s each time. */
const SILENT_TRIES = 2;

/** Programs at a time on one connection: sshd's MaxSessions is 10, one of them is the connection's own. */
const SESSIONS = 8;

/** The connection to a host that all of this process share, whatever they do there. */
export interface Shared {
  /** For an `ssh` that goes by it. */
  options: string[];
  limit: LimitFunction;
  /** When it broke; absent where it is the user's own. */
  ended?: Promise<void>;
}

const connections = new Map<string, Promise<Shared>>();

/**
 * The shared connection to a host, made when it is first asked for or broke. It ends with this process.
 *
 * @throws {UserError} where the host can't be reached or does not let this user in: says why, and how to mend it
 */
export function shared(endpoint: string): Promise<Shared> {
  const known = connections.get(endpoint);
  if (known) return known;
  const made = triedAgain(() => connect(endpoint));
  connections.set(endpoint, made);
  made.catch(() => connections.delete(endpoint));
  return made;
}

/** sshd ended the connection before anybody logged in, as it does by lot when many come at once. */
class Dropped extends UserError {
  readonly tries: number;
  constructor(message: string, tries: number) {
    super(message);
    this.tries = tries;
  }
}

/**
 * Does what begins with a connection. Where sshd drops that, it is tried again, eight times in all, for some 25 s.
 *
 * @param pause milliseconds before the second try; each further one is longer
 * @throws {UserError} after the last one, with how often it was tried
 */
export async function triedAgain<T>(work: () => Promise<T>, pause = 300): Promise<T> {
  let tries = 0;
  const attempt = () => {
    tries++;
    return work();
  };
  return pRetry(attempt, {
    retries: TRIES - 1,
    ...{ minTimeout: pause, factor: 1.6, maxTimeout: 20 * pause, randomize: true },
    shouldRetry: ({ error }) => error instanceof Dropped && tries < error.tries,
  }).catch((error) => {
    if (!(error instanceof Dropped) || tries === 1) throw error;
    throw new UserError(error.message.replace(/\nssh says:/, ` It was tried ${tries} times.$&`));
  });
}

/** The user's own shared connection where `~/.ssh/config` has one for the host: it may be open, after a question that only a person can answer. */
async function connect(endpoint: string): Promise<Shared> {
  const limit = pLimit(SESSIONS);
  // What is wrong with the configuration is said by the connection.
  const { stdout } = await promisify(execFile)("ssh", ["-G", ...sshArguments(endpoint)]).catch(() => ({ stdout: "" }));
  const inTurn = <T>(work: () => Promise<T>) => limitOf(wayIn(stdout) ?? endpoint)(() => connecting(work));
  if (/^controlpath (?!none$)/m.test(stdout)) {
    await inTurn(() => openOwn(endpoint));
    return { options: [], limit };
  }
  const options = ["-o", `ControlPath=${socketPath()}`];
  const { ended } = await inTurn(() =>
    openShared(endpoint, ["-o", "ControlMaster=yes", "-o", "ControlPersist=no", ...options]),
  );
  return { options: ["-o", "ControlMaster=no", ...options], limit, ended };
}

function limitOf(way: string): LimitFunction {
  const limit = ways.get(way) ?? pLimit(BY_ONE_WAY);
  ways.set(way, limit);
  return limit;
}

/** The sshd that a connection comes by first, by what `ssh -G` says of a host; undefined where it says nothing. */
export function wayIn(configuration: string): string | undefined {
  const value = (name: string) => new RegExp(`^${name} (.+)$`, "m").exec(configuration)?.[1];
  const hostname = value("hostname");
  // Where there are several jump hosts, all come by the first one.
  return value("proxyjump")?.split(",")[0] ?? value("proxycommand") ?? (hostname && `${hostname}:${value("port")}`);
}

/** Opens the user's own connection, where it is not yet: programs that begin at a time would each make one. */
async function openOwn(endpoint: string): Promise<void> {
  const args = [...sshArguments(endpoint, ["-n"]), "true"];
  await promisify(execFile)("ssh", args, { timeout: LOGIN }).catch((error) => {
    if (error.code === "ENOENT") throw noSsh(error);
    if (error.killed) throw noShell(endpoint);
    if (error.code === 255) throw refusal(endpoint, error.stderr);
  });
}

const noSsh = ({ message }: Error) =>
  new UserError(`ssh could not be started (${message}). Install it: apt-get install openssh-client.`);

const noShell = (endpoint: string) =>
  new UserError(
    `${hostOf(endpoint)} gave no shell within ${LOGIN / 1000} s. "ssh ${hostOf(endpoint)} true" must end without a question.`,
  );

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
      clearTimeout(timer);
      child.kill();
      reject(error);
    };
    const timer = setTimeout(() => end(noShell(endpoint)), LOGIN);
    child.on("error", (error) => end(noSsh(error)));
    child.on("close", () => end(refusal(endpoint, said)));
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      if (!text.includes(READY)) return;
      clearTimeout(timer);
      resolve();
    });
  });
  child.on("close", () => connections.delete(endpoint));
  for (const handle of [child, child.stdin, child.stdout, child.stderr] as unknown as { unref(): void }[])
    handle.unref();
  return { ended };
}

const masters = new Set<ChildProcess>();
let folder: string | undefined;
let sockets = 0;

/** A short one, in a folder that only this user may enter: the path of a socket has at most 104 bytes, and ssh adds 17 to it at first. */
export function socketPath(): string {
  if (!folder) {
    folder = socketFolder();
    process.once("exit", () => {
      for (const master of masters) master.kill();
    });
  }
  const path = join(folder, `${process.pid}-${sockets++}`);
  // Of a process with the same number whose ssh was killed, too.
  rmSync(path, { force: true });
  return path;
}

/** One for all processes of a user, so that none is left of each that was killed. */
function socketFolder(): string {
  const top = tmpdir().length > 60 ? "/tmp" : tmpdir();
  const user = process.getuid?.();
  const path = join(top, `trivet-ssh-${user}`);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const found = lstatSync(path);
  const own = found.isDirectory() && found.uid === user && (found.mode & 0o77) === 0;
  return own ? path : mkdtempSync(join(top, "trivet-ssh-"));
}

/** `[user@]host`, as one gives it to `ssh`; undefined for this machine. */
export function hostOf(endpoint: string): string | undefined {
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
export function refusal(endpoint: string, output: string): Error {
  const said = output.replaceAll("\r", "");
  const host = hostOf(endpoint)!;
  const { hostname, port } = new URL(endpoint);
  const known = port ? `[${hostname}]:${port}` : hostname;
  const words = said.trim().split("\n").slice(-6).join("\n  ");
  const error = (why: string, mend: string) => new UserError(`${host}: ${why}. ${mend}\nssh says:\n  ${words}`);
  if (/HOST IDENTIFICATION HAS CHANGED/.test(said)) {
    const { name = known, file, line, sent } = changedKey(said);
    const where = file
      ? `expected that of ${name} in line ${line} of ${file}`
      : `expected that of ${name} in known_hosts`;
    return error(
      `its host key is another one than the known one (${where}${sent ? `; it sent ${sent}` : ""}), so it is not the host that it was, or somebody is in between`,
      `Ask whoever runs it whether its key was changed; only then: ssh-keygen ${file ? `-f ${shellText([file])} ` : ""}-R ${shellText([name])}, and "ssh ${host}" once to look at the new one.`,
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
  if (/administratively prohibited/.test(said)) {
    return error(
      "its jump host forwards no connection to it",
      `The jump host's sshd must allow it for this user: "AllowTcpForwarding local" in /etc/ssh/sshd_config there.`,
    );
  }
  if (/Could not resolve hostname/.test(said)) {
    return error(
      `the name ${hostname} is not resolved`,
      `Correct the "endpoint" in the settings, or give the name a HostName in ~/.ssh/config.`,
    );
  }
  if (/timed out|Timeout, server/.test(said)) {
    const silent = error("it does not answer", "Is it up, and does every firewall on the way let SSH through?");
    // A jump host, or an sshd with much to do, may be late.
    return /banner exchange/.test(said) ? new Dropped(silent.message, SILENT_TRIES) : silent;
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
      TRIES,
    );
  }
  return new Failure(`The connection to ${host} ended${words ? `; ssh says:\n  ${words}` : "."}`);
}

/** What ssh tells of a changed key: by which name it is known and where, and the fingerprint of the one that was sent. */
function changedKey(said: string) {
  const [, file, line] = /^Offending \S+ key in (.+):(\d+)$/m.exec(said) ?? [];
  const name = /^Host key for (\S+) has changed/m.exec(said)?.[1];
  const sent = /^(SHA256:\S+?)\.?$/m.exec(said)?.[1];
  return { name, file, line, sent };
}
