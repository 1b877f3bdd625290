import Docker from "dockerode";
import { UserError } from "../core/errors.ts";
import { type Connecting, type Connection, connectionTo } from "./docker.ts";
import { type Limits, limited } from "./limits.ts";

// The one maker of Docker clients. The library takes its time to load: who may have nothing to ask imports this file when there is
// something to be asked.

const client = (endpoint: string, connection: Connection, limits?: Limits): Docker =>
  limited(new Docker(connection as Docker.DockerOptions), endpoint, limits);

const clients = new Map<string, Docker>();

/**
 * The Docker daemon at an endpoint: `unix:///var/run/docker.sock` or `ssh://user@host[:port]`, by the system's `ssh`.
 * One client per endpoint, so that a limit on its use can hold.
 *
 * @throws {UserError} on any other form
 */
export function dockerAt(endpoint: string): Docker {
  const known = clients.get(endpoint);
  if (known) return known;
  mustBeEndpoint(endpoint);
  const made = client(endpoint, connectionTo(endpoint, { maxSockets: endpoint.startsWith("ssh:") ? 8 : 16 }));
  clients.set(endpoint, made);
  return made;
}

const connections = new Map<string, Connection>();

/**
 * A client for some calls that all end with the signal. Its connections are kept from one such client to the next: over SSH a new one
 * costs a second.
 */
export function dockerUntil(endpoint: string, until: AbortSignal): Docker {
  let connection = connections.get(endpoint);
  if (!connection) {
    // `ssh` is a process for each connection, and a host's daemon takes only some at a time.
    connection = connectionTo(endpoint, { maxSockets: endpoint.startsWith("ssh:") ? 8 : 64 });
    connections.set(endpoint, connection);
  }
  return client(endpoint, connection, { until });
}

/** A client with connections of its own, to be closed by who asked for it. It connects with the first call. */
export function openClient(endpoint: string, connecting: Connecting = {}): { docker: Docker; close(): void } {
  const connection = connectionTo(endpoint, connecting);
  return { docker: client(endpoint, connection), close: () => connection.agent.destroy() };
}

function mustBeEndpoint(endpoint: string): void {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url?.protocol === "unix:" ? url.pathname.length > 1 : url?.protocol === "ssh:" && url.hostname !== "") return;
  throw new UserError(
    `"${endpoint}" is no Docker endpoint. Expected "unix:///var/run/docker.sock" or "ssh://user@host": correct the host's "endpoint" in the settings.`,
  );
}
