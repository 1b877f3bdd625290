import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ssh2, { type Connection, type ServerChannel } from "ssh2";
import { findProgram } from "../../cli/setup/programs.ts";

/** An SSH server on loopback, by a library so that no daemon need be installed; behind it is what answers as a Docker daemon. */
export interface Sshd {
  endpoint: string;
  /** `GET /containers/json`: all requests that reached it since `know`. */
  requests(): string[];
  /** Programs that were run there since `know`. */
  commands(): string[];
  /** Connections at the moment, and since it began. */
  connections(): { open: number; made: number };
  /** Ends all connections, as a host that dies does. */
  drop(): void;
  /** Which key `known_hosts` names for it from now on. */
  know(key?: "its own" | "another" | "none"): void;
  close(): void;
}

/** Answers of a daemon in which every container exists and every command prints a healthy node's words and ends well. */
const answer: RequestListener = ({ url = "" }, response) => {
  const json = (value: unknown, code = 200) =>
    response.writeHead(code, { "Content-Type": "application/json" }).end(JSON.stringify(value));
  if (url.endsWith("/start")) {
    const text = Buffer.from('{"state":"ready","detail":"all is well","clusterSize":3}\n');
    const head = Buffer.alloc(8);
    head[0] = 1;
    head.writeUInt32BE(text.length, 4);
    response.setHeader("Content-Type", "application/vnd.docker.raw-stream").end(Buffer.concat([head, text]));
  } else if (url.endsWith("/exec")) json({ Id: "e" }, 201);
  else if (url.startsWith("/exec/")) json({ ExitCode: 0 });
  else if (url === "/_ping") response.end("OK");
  else if (url.startsWith("/containers/json")) json([]);
  else if (url.startsWith("/containers/"))
    json({ State: { Running: true, StartedAt: "2026-11-30T00:00:00Z" }, RestartCount: 0 });
  else json({ Id: `sha256:${"0".repeat(64)}`, RepoDigests: [] });
};

/** Starts it. A folder in front of PATH has an `ssh` that is the system's, with a configuration file of the test's. */
export async function startSshd(): Promise<Sshd> {
  const ssh = await findProgram("ssh");
  if (!ssh) throw new Error("ssh is not installed: apt-get install openssh-client");
  const folder = mkdtempSync(join(tmpdir(), "trivet-sshd-"));
  const path = (name: string) => join(folder, name);
  const own = ssh2.utils.generateKeyPairSync("ed25519");
  const strange = ssh2.utils.generateKeyPairSync("ed25519");
  let requests: string[] = [];
  let commands: string[] = [];
  const docker = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  const clients = new Set<Connection>();
  let made = 0;
  const server = new ssh2.Server({ hostKeys: [own.private] }, (client) => {
    clients.add(client);
    made++;
    client.on("close", () => clients.delete(client));
    client.on("error", () => {});
    client.on("authentication", (context) => context.accept());
    client.on("session", (accept) => {
      accept().on("exec", (acceptExec, _, { command }) => {
        const channel = acceptExec();
        commands.push(command);
        if (command.startsWith("docker system")) docker.emit("connection", asSocket(channel));
        else runIn(channel, command);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const known = `UserKnownHostsFile ${path("known_hosts")}\nGlobalKnownHostsFile /dev/null\n`;
  writeFileSync(path("ssh_config"), `Host *\nIdentityFile none\n${known}`);
  // The system's ssh has no variable for its configuration.
  writeFileSync(path("ssh"), `#!/bin/sh\nexec ${ssh} -F ${path("ssh_config")} "$@"\n`);
  chmodSync(path("ssh"), 0o755);
  process.env.PATH = `${folder}:${process.env.PATH}`;
  return {
    endpoint: `ssh://somebody@127.0.0.1:${port}`,
    requests: () => requests,
    commands: () => commands,
    connections: () => ({ open: clients.size, made }),
    drop() {
      for (const client of clients) client.end();
    },
    know(which = "its own") {
      requests = [];
      commands = [];
      const key = { "its own": own.public, another: strange.public, none: undefined }[which];
      writeFileSync(path("known_hosts"), key ? `[127.0.0.1]:${port} ${key}\n` : "");
    },
    close() {
      for (const client of clients) client.end();
      server.close();
      docker.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Runs it by a shell, as sshd does. */
function runIn(channel: ServerChannel, command: string): void {
  const child = spawn("sh", ["-c", command], { stdio: "pipe" });
  channel.pipe(child.stdin);
  child.stdin.on("error", () => {});
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  channel.on("close", () => child.kill());
  child.on("close", (code) => {
    channel.exit(code ?? 1);
    channel.end();
  });
}

/** node:http calls these on what it takes for a socket. */
function asSocket(channel: ServerChannel): ServerChannel {
  const same = () => channel;
  return Object.assign(channel, { setKeepAlive: same, setNoDelay: same, setTimeout: same, ref: same, unref: same });
}
