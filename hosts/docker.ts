import { spawn } from "node:child_process";
import { Agent } from "node:http";
import { Duplex } from "node:stream";
import { sshArguments } from "./sshCommand.ts";
import { shared } from "./sshConnection.ts";

// The one way to a Docker daemon, for the engine, the provider and the checks.

export interface Connecting {
  /** Calls at a time; others wait for one to end. 8 unless given. */
  maxSockets?: number;
  /** More arguments for `ssh`, such as `-i` and a key's path. */
  sshOpts?: string[];
}

/** Options for dockerode. `agent.destroy()` ends all that is under way on it, `ssh` processes included. */
export interface Connection {
  host?: string;
  socketPath?: string;
  protocol: "http";
  port: undefined;
  agent: Agent;
}

/**
 * How dockerode reaches `unix:///var/run/docker.sock` or `ssh://[user@]host[:port]`. An idle connection is kept, since a run
 * makes hundreds of short calls, but keeps no process alive. All to one host go by one SSH connection, unless there are `sshOpts`.
 */
export function connectionTo(endpoint: string, { maxSockets = 8, sshOpts = [] }: Connecting = {}): Connection {
  const url = new URL(endpoint);
  const agent = new Agent({ keepAlive: true, maxSockets });
  // docker-modem writes out the options of every call in full, whether or not somebody reads that: an agent and all its sockets
  // cost more than the call.
  Object.assign(agent, { [Symbol.for("nodejs.util.inspect.custom")]: () => "Agent" });
  // All are given: dockerode takes what is missing from DOCKER_HOST.
  const options = { protocol: "http" as const, port: undefined, agent };
  if (url.protocol !== "ssh:") return { ...options, host: undefined, socketPath: url.pathname };
  agent.createConnection = (_, connected) => {
    const connection = sshOpts.length ? Promise.resolve([]) : shared(endpoint).then(({ options }) => options);
    connection
      .then((options) => sshConnection(sshArguments(url, [...sshOpts, ...options])))
      .then(
        (stream) => connected?.(null, stream),
        (error) => connected?.(error, undefined as never),
      );
    return undefined;
  };
  return { ...options, host: "docker", socketPath: undefined };
}

/**
 * A connection to a remote daemon as the docker command makes it: the system's own `ssh` runs `docker system dial-stdio` there,
 * so keys, known hosts, jump hosts and `~/.ssh/config` mean what they mean to the user.
 */
function sshConnection(args: string[]): Duplex {
  const child = spawn("ssh", [...args, "docker", "system", "dial-stdio"], { stdio: "pipe" });
  const stream = new Duplex({
    read: () => void child.stdout.resume(),
    // A broken pipe is not reported here: how ssh ended says why.
    write: (chunk, _encoding, done) => void child.stdin.write(chunk, () => done()),
    final: (done) => void child.stdin.end(done),
    destroy: (error, done) => {
      child.kill();
      done(error);
    },
  });
  const complaints: string[] = [];
  child.stdin.on("error", () => {});
  child.stdout.on("data", (chunk) => stream.push(chunk) || child.stdout.pause());
  child.stderr.setEncoding("utf8").on("data", (text) => complaints.push(text));
  child.on("error", (error) => stream.destroy(new Error(`ssh could not be started (${error.message})`)));
  child.on("close", (code) => {
    if (code) stream.destroy(new Error(`ssh ended with exit code ${code} (${complaints.join("").trim()})`));
    else stream.push(null);
  });
  const handles = [child, child.stdin, child.stdout, child.stderr] as unknown as { ref(): void; unref(): void }[];
  // http calls these on what it takes for a socket; it lets go of one that is idle, so that a process can end.
  const socket = () => stream;
  return Object.assign(stream, {
    setKeepAlive: socket,
    setNoDelay: socket,
    setTimeout: socket,
    ref: () => {
      for (const handle of handles) handle.ref();
      return stream;
    },
    unref: () => {
      for (const handle of handles) handle.unref();
      return stream;
    },
  });
}
