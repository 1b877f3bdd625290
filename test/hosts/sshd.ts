import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A real sshd on loopback; what it serves as `docker` answers each request and writes it down. */
export interface Sshd {
  endpoint: string;
  /** The lines of all requests that reached it. */
  requests(): string;
  /** `known_hosts` then names this key; a fresh one that the server does not have unless given. */
  know(key?: "its own" | "another" | "none"): void;
  close(): void;
}

/** HTTP answers of a daemon in which every container exists and every command prints `told` and ends well. */
const DOCKER = `
const { createServer } = require("node:http");
const { appendFileSync } = require("node:fs");
const server = createServer((request, response) => {
  appendFileSync(process.argv[2], request.method + " " + request.url + "\\n");
  const json = (value, code = 200) => response.writeHead(code, { "Content-Type": "application/json" }).end(JSON.stringify(value));
  if (request.url.endsWith("/start")) {
    const text = Buffer.from('{"state":"ready","detail":"told","clusterSize":3}\\n');
    const head = Buffer.alloc(8);
    head[0] = 1;
    head.writeUInt32BE(text.length, 4);
    response.setHeader("Content-Type", "application/vnd.docker.raw-stream").end(Buffer.concat([head, text]));
  } else if (request.url.endsWith("/exec")) json({ Id: "e" }, 201);
  else if (request.url.startsWith("/exec/")) json({ ExitCode: 0 });
  else if (request.url === "/_ping") response.end("OK");
  else if (request.url.startsWith("/containers/json")) json([]);
  else json({ Id: "sha256:" + "0".repeat(64), RepoDigests: [] });
});
const { Duplex } = require("node:stream");
const { stdin, stdout } = process;
const socket = Duplex.from({ readable: stdin, writable: stdout });
for (const name of ["setKeepAlive", "setNoDelay", "setTimeout", "ref", "unref"]) socket[name] = () => socket;
server.emit("connection", socket);
stdin.on("end", () => setTimeout(() => process.exit(), 200));
`;

/**
 * Starts it. `HOME`'s ssh is of no concern: a folder of its own in front of PATH has an `ssh` that is the system's, with a
 * configuration file of the test's.
 */
export async function startSshd(): Promise<Sshd> {
  const folder = mkdtempSync(join(tmpdir(), "trivet-sshd-"));
  const path = (name: string) => join(folder, name);
  for (const key of ["host", "stranger", "user"])
    execFileSync("ssh-keygen", ["-qt", "ed25519", "-N", "", "-f", path(key)]);
  const port = await freePort();
  writeFileSync(path("docker.cjs"), DOCKER);
  writeFileSync(path("requests"), "");
  execFileSync("cp", [path("user.pub"), path("authorized_keys")]);
  writeFileSync(
    path("sshd_config"),
    `Port ${port}
ListenAddress 127.0.0.1
HostKey ${path("host")}
AuthorizedKeysFile ${path("authorized_keys")}
PidFile none
StrictModes no
UsePAM no
PermitRootLogin yes
PasswordAuthentication no
ForceCommand ${process.execPath} ${path("docker.cjs")} ${path("requests")}
`,
  );
  execFileSync("mkdir", ["-p", "/run/sshd"]);
  const server = spawn("/usr/sbin/sshd", ["-D", "-e", "-f", path("sshd_config")], {
    stdio: "ignore",
  });
  await listening(port, server);
  writeFileSync(
    path("ssh_config"),
    `Host *
  IdentityFile ${path("user")}
  IdentitiesOnly yes
  UserKnownHostsFile ${path("known_hosts")}
  GlobalKnownHostsFile /dev/null
`,
  );
  // The system's ssh has no variable for its configuration.
  writeFileSync(
    path("ssh"),
    `#!/bin/sh\nexec ${execFileSync("which", ["ssh"], { encoding: "utf8" }).trim()} -F ${path("ssh_config")} "$@"\n`,
    { mode: 0o755 },
  );
  process.env.PATH = `${folder}:${process.env.PATH}`;
  const key = (name: string) => execFileSync("cut", ["-d ", "-f1,2", path(`${name}.pub`)], { encoding: "utf8" }).trim();
  return {
    endpoint: `ssh://${userInfo().username}@127.0.0.1:${port}`,
    requests: () => execFileSync("cat", [path("requests")], { encoding: "utf8" }),
    know(which = "its own") {
      writeFileSync(path("requests"), "");
      const names = { "its own": "host", another: "stranger" } as const;
      const line = which === "none" ? "" : `[127.0.0.1]:${port} ${key(names[which])}\n`;
      writeFileSync(path("known_hosts"), line);
    },
    close() {
      server.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

async function listening(port: number, server: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false));
      socket.unref();
      socket.on("connect", () => socket.destroy());
    });
    if (open) return;
    if (server.exitCode !== null) throw new Error("sshd did not start");
    await sleep(50);
  }
  throw new Error("sshd does not listen");
}
