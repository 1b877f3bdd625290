import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createConnection, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";

// What stands in each container, as processes of this machine: names are this test's own, since all share its network.

const program = join(import.meta.dirname, "../../images/base/answer-health");
export const folder = mkdtempSync(join(tmpdir(), "trivet-heard-"));
const children: ChildProcess[] = [];
const servers: { close(): void }[] = [];

/** A name that no other process of this machine has. */
export const named = (name: string): string => `trivet-t-${process.pid}-${name}`;

/** The folder of a container's programs: `health`, a script of sh. */
export function programs(name: string, health: string): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "health"), `#!/bin/sh\n${health}\n`);
  chmodSync(folder, 0o755);
  chmodSync(join(path, "health"), 0o755);
  return path;
}

/** Starts the listener of a container with a health like that, and waits until it listens. */
export async function listen(name: string, health: string, more: { uid?: number } = {}): Promise<ChildProcess> {
  const environment = join(folder, `${name}.environ`);
  const variables = [`PATH=${programs(name, health)}:/usr/bin:/bin`, `TRIVET_CONTAINER=${named(name)}`, "GIVEN=a=b"];
  writeFileSync(environment, variables.map((variable) => `${variable}\0`).join(""));
  const child = run(environment, more);
  for (;;) {
    const socket = await connected(name).catch(() => undefined);
    socket?.destroy();
    if (socket || child.exitCode !== null) return child;
    await setTimeout(10);
  }
}

/** The listener, with the file of an environment. */
export function run(environment: string, more: { uid?: number } = {}): ChildProcess {
  const child = spawn(program, [environment], { stdio: ["ignore", "ignore", "inherit"], ...more });
  children.push(child);
  return child;
}

/** Somebody else at a container's socket, who says this. */
export async function impostor(name: string, answer: (socket: Socket) => void): Promise<void> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    answer(socket);
  });
  servers.push(server);
  await new Promise<void>((listening) => server.listen(`\0trivet-health/${named(name)}`, listening));
  server.unref();
}

const connected = (name: string) =>
  new Promise<Socket>((resolve, reject) => {
    const socket = createConnection(`\0trivet-health/${named(name)}`);
    socket.on("connect", () => resolve(socket)).on("error", reject);
  });

/** What a listener says to who connects. */
export const answerOf = async (name: string): Promise<string> => text(await connected(name));

export function end(): void {
  for (const child of children) child.kill("SIGKILL");
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true, force: true });
}
