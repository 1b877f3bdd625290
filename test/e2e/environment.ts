import { Resolver } from "node:dns/promises";
import { cp, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import { execa } from "execa";
import mysql from "mysql2/promise";
import pRetry from "p-retry";
import { passphrase } from "../../cli/engine/passphrase.ts";
import type { Inventory, ServiceRecord } from "../../core/inventory.ts";
import { install, pack } from "../package/install.ts";

/** The environment that the tests own; a running `dev` is never touched. */
export const environment = "test";

export const project = join(import.meta.dirname, "../..");
export const docker = new Docker();

const backend = `file://${join(project, ".trivet/state")}`;
/** Our own command, for Node. */
export const command = join(project, "cli/main.ts");

let folder = project;
/** The folder whose command is run, with its settings. */
export const home = () => folder;
/** Has everything below run the command of a clone. */
export function runIn(clone: string): void {
  folder = clone;
}
/** What it needs to be run by the embedded engine, on a state in this project's folder. */
export const env = { TRIVET_ENGINE: "embedded", PULUMI_BACKEND_URL: backend };

/** Runs our command as a user would; rejects with all that it printed when it fails. */
export const trivet = (...args: string[]) =>
  execa(process.execPath, [join(home(), "cli/main.ts"), ...args], { cwd: home(), all: true, env });

/** The same, with something on its standard input. */
export const trivetGiven = (input: string, ...args: string[]) =>
  execa(process.execPath, [join(home(), "cli/main.ts"), ...args], { cwd: home(), all: true, env, input });

/** By which the engine finds the same state when it is called without the command. */
export const stateOptions = async () => ({ stack: environment, backend, passphrase: await passphrase(environment) });

/** The stack's inventory with its secrets in clear. */
export async function readInventory(): Promise<Inventory> {
  const { stdout } = await trivet("output", environment, "inventory", "--show-secrets", "--json");
  return JSON.parse(stdout);
}

/**
 * The example, as somebody else's stack: a copy of it with Trivet installed from its npm package; its own project, environment
 * (`example`) and state. `folder` is to be removed in the end.
 */
export async function example(stack: string) {
  const folder = await mkdtemp(join(tmpdir(), "trivet-example-"));
  const options = {
    projectDir: join(folder, "examples/database"),
    stack,
    backend: `file://${join(project, ".trivet/state-example")}`,
    passphrase: "nothing of worth in it",
  };
  // The example names the tarball as it lies in a clone.
  await pack(folder);
  await cp(join(project, "examples/database"), options.projectDir, {
    recursive: true,
    filter: (path) => !path.endsWith("node_modules"),
  });
  await install(options.projectDir);
  return { folder, options };
}

export interface Status {
  healthy: boolean;
  services: { domain: string; host: string; service: string; state: string; detail: string }[];
  /** Only where there are any. */
  problems?: string[];
}

/** What `trivet status --json` says; it exits with 1 when not all is well, which is no failure here. */
export async function status(): Promise<Status & { exitCode: number }> {
  const { stdout, exitCode } = await execa(
    process.execPath,
    [join(home(), "cli/main.ts"), "status", environment, "--json"],
    { cwd: home(), env, reject: false },
  );
  return { ...JSON.parse(stdout), exitCode };
}

/** The one service of that name on a host. */
export function serviceOn(inventory: Inventory, host: string, service: string): ServiceRecord {
  const found = inventory.services.find((record) => record.host === host && record.service === service);
  if (!found) throw new Error(`the inventory has no ${service} on ${host}`);
  return found;
}

/** Runs a command in a container of the environment; rejects when it exits with another code than 0. */
export const inContainer = (record: ServiceRecord, ...command: string[]) =>
  execa("docker", ["exec", record.container, ...command]);

/** SIGKILL to the container, and it stays down until `revive`: Docker's own restart policy is not what is tested. */
export async function kill(record: ServiceRecord): Promise<void> {
  const container = docker.getContainer(record.container);
  await container.update({ RestartPolicy: { Name: "no" } });
  await container.kill({ signal: "SIGKILL" });
}

/** Starts a killed container again, with the restart policy that the program gave it. */
export async function revive(record: ServiceRecord): Promise<void> {
  const container = docker.getContainer(record.container);
  await container.update({ RestartPolicy: { Name: "unless-stopped" } });
  await container.start();
}

/** The addresses one DNS server gives for a name, sorted; none when it says that there are none. */
export async function resolveAt(server: string, name: string): Promise<string[]> {
  const resolver = new Resolver({ timeout: 1000, tries: 2 });
  resolver.setServers([server]);
  return (
    await resolver.resolve4(name).catch((error) => {
      if (error.code === "ENOTFOUND" || error.code === "ENODATA") return [];
      throw error;
    })
  ).sort();
}

/** A connection to one database node as the environment's own application. */
export const connect = (inventory: Inventory, address: string) =>
  mysql.createConnection({
    host: address,
    port: inventory.database.port,
    user: inventory.database.application.user,
    password: inventory.database.application.password,
    database: "trivet_app",
    connectTimeout: 3000,
  });

/**
 * Tries again, a second after each try, until `attempt` holds, and rejects with its last error when it does not within
 * `seconds`. A time-out is generous: how long it took is a benchmark, not a test.
 */
export const eventually = <T>(attempt: () => Promise<T>, seconds = 240): Promise<T> =>
  pRetry(attempt, { retries: Number.POSITIVE_INFINITY, factor: 1, minTimeout: 1000, maxRetryTime: seconds * 1000 });

/** Waits until `trivet status` says that all is well; rejects with what is not. */
export const untilHealthy = () =>
  eventually(async () => {
    const { exitCode, problems } = await status();
    if (exitCode !== 0) throw new Error(problems?.join("\n"));
  }, 480);
