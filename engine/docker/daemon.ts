import { spawn } from "node:child_process";
import { Agent } from "node:http";
import { Duplex } from "node:stream";
import type Docker from "dockerode";
import { type Endpoint, parseHost } from "./config.ts";
import { DockerError, statusOf } from "./errors.ts";

/** Seconds an idle connection is kept: a run makes hundreds of short calls. */
const KEEP_ALIVE = { keepAlive: true, maxSockets: 16 };

/** dockerode passes an agent on to node:http, but its types don't say so. */
interface Options extends Docker.DockerOptions {
  agent: Agent;
}

/** A client of the daemon. It connects with the first call. */
export async function connect({ host, sshOpts }: Endpoint): Promise<Docker> {
  // Loaded only when something is to be done: it brings an SSH library and takes its time.
  const { default: Client } = await import("dockerode");
  const url = parseHost(host);
  const options: Options =
    url.protocol === "unix:"
      ? { socketPath: url.pathname, host: undefined, agent: new Agent(KEEP_ALIVE) }
      : { host: "docker", socketPath: undefined, agent: new SshAgent(url, sshOpts) };
  // What is not given here would be taken from DOCKER_HOST.
  return new Client({ ...options, protocol: "http", port: undefined });
}

/**
 * Reaches a remote daemon as the docker command does: the system's own `ssh` runs `docker system dial-stdio` there, so
 * keys, known hosts, jump hosts and `~/.ssh/config` mean what they mean to the user. It never asks for a password.
 */
class SshAgent extends Agent {
  readonly #args: string[];

  constructor(url: URL, sshOpts: string[]) {
    super({ keepAlive: true, maxSockets: 4 });
    const user = url.username ? ["-l", decodeURIComponent(url.username)] : [];
    const port = url.port ? ["-p", url.port] : [];
    this.#args = ["-o", "BatchMode=yes", "-o", "ConnectTimeout=15", ...sshOpts, ...user, ...port, "--", url.hostname];
  }

  override createConnection(): Duplex {
    const child = spawn("ssh", [...this.#args, "docker", "system", "dial-stdio"], { stdio: "pipe" });
    const stream = new Duplex({
      read: () => void child.stdout.resume(),
      // A broken pipe is not told of here: how ssh ended says why.
      write: (chunk, _encoding, done) => void child.stdin.write(chunk, () => done()),
      final: (done) => void child.stdin.end(done),
      destroy: (error, done) => {
        child.kill();
        done(error);
      },
    });
    const complaints: string[] = [];
    child.stdin.on("error", () => {});
    child.stdout.on("data", (chunk: Buffer) => stream.push(chunk) || child.stdout.pause());
    child.stderr.setEncoding("utf8").on("data", (text: string) => complaints.push(text));
    child.on("error", (error) => stream.destroy(new Error(`ssh could not be started (${error.message})`)));
    child.on("close", (code) => {
      if (code) stream.destroy(new Error(`ssh ended with exit code ${code} (${complaints.join("").trim()})`));
      else stream.push(null);
    });
    // http sets these on what it takes for a socket.
    const socket = () => stream;
    const settings = { setKeepAlive: socket, setNoDelay: socket, setTimeout: socket, ref: socket, unref: socket };
    return Object.assign(stream, settings);
  }
}

const CONNECTION_ERRORS: Record<string, string> = {
  ENOENT: "there is no such socket: install Docker Engine, or start it (`systemctl start docker`, or `dockerd`)",
  ECONNREFUSED: "nothing listens there: start Docker Engine (`systemctl start docker`, or `dockerd`)",
  EACCES: "permission is denied: run as root, or add your user to the group `docker` and log in again",
};

/** The same error, or a clearer one when the daemon was not reached at all. */
export function explainConnection(error: unknown, { host }: Endpoint): unknown {
  if (statusOf(error) !== undefined) return error;
  const { code, message, syscall } = error as NodeJS.ErrnoException;
  const why = syscall === "connect" ? CONNECTION_ERRORS[code ?? ""] : undefined;
  if (why) return new DockerError(`Docker does not answer at ${host}: ${why}.`);
  if (host.startsWith("ssh:") && /^ssh (could not|ended)|socket hang up|ECONNRESET/.test(message ?? "")) {
    return new DockerError(
      `Docker does not answer at ${host}: ${message}. \`ssh ${host.slice("ssh://".length)} docker version\` must work without a question.`,
    );
  }
  return error;
}
