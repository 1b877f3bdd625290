import { createRequire } from "node:module";
import type Docker from "dockerode";
import { expectedEndpoint, isRemote, parseEndpoint } from "../core/endpoint.ts";
import { UserError } from "../core/errors.ts";
import { loadWhenUsed } from "../core/loadWhenUsed.ts";
import { type Connecting, type Connection, connectionTo } from "./docker.ts";
import { type Limits, limited } from "./limits.ts";
import { shared } from "./sshConnection.ts";

// The one maker of Docker clients. The library takes its time to load: who may have nothing to ask imports this file when there is
// something to be asked.

// It has a client for SSH and a server for builds of its own, which take most of its time to load. We have the system's ssh.
const require = createRequire(import.meta.url);
const inLibrary = createRequire(require.resolve("dockerode"));
loadWhenUsed(inLibrary, "./session");
loadWhenUsed(createRequire(inLibrary.resolve("docker-modem")), "./ssh");
const Dockerode: typeof Docker = require("dockerode");

const client = (endpoint: string, connection: Connection, limits?: Limits): Docker =>
  limited(new Dockerode(connection as Docker.DockerOptions), endpoint, limits);

/** By endpoint: kept from one client to the next, since over SSH a new one costs a second. */
const connections = new Map<string, Connection>();

function connectionAt(endpoint: string): Connection {
  const known = connections.get(endpoint);
  if (known) return known;
  mustBeEndpoint(endpoint);
  // `ssh` is a process for each connection, and a host's daemon takes only some at a time. A stream in both directions (a shell)
  // does not count.
  const made = connectionTo(endpoint, { maxSockets: isRemote(endpoint) ? 8 : 64 });
  connections.set(endpoint, made);
  return made;
}

const clients = new Map<string, Docker>();

/**
 * The Docker daemon at an endpoint: `unix:///var/run/docker.sock` or `ssh://[user@]host[:port]`, by the system's `ssh`.
 * One client per endpoint, so that a limit on its use can hold.
 *
 * @throws {UserError} on any other form
 */
export function dockerAt(endpoint: string): Docker {
  const known = clients.get(endpoint);
  if (known) return known;
  const made = client(endpoint, connectionAt(endpoint));
  clients.set(endpoint, made);
  return made;
}

/** The same by a client for some calls that all end with the signal. */
export function dockerUntil(endpoint: string, until: AbortSignal): Docker {
  return client(endpoint, connectionAt(endpoint), { until });
}

/** A client with connections of its own, to be closed by who asked for it. It connects with the first call. */
export function openClient(endpoint: string, connecting: Connecting = {}): { docker: Docker; close(): void } {
  const connection = connectionTo(endpoint, connecting);
  return { docker: client(endpoint, connection), close: () => connection.agent.destroy() };
}

function mustBeEndpoint(endpoint: string): void {
  if (parseEndpoint(endpoint)) return;
  throw new UserError(
    `"${endpoint}" is no Docker endpoint. Expected ${expectedEndpoint}: correct the host's "endpoint" in the settings.`,
  );
}

/**
 * Opens the connection to a host that all calls share, where there is none yet: that has limits of its own, so that it takes nothing of
 * the time that a question may take. Nothing is done for a daemon of this machine.
 *
 * @throws {UserError} where the host can't be reached or does not let this user in: says why, and how to mend it
 */
export async function connectedTo(endpoint: string): Promise<void> {
  if (isRemote(endpoint)) await shared(endpoint);
}
