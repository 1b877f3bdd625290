import Docker from "dockerode";
import { UserError } from "../core/errors.ts";
import { connectionTo } from "./docker.ts";
import { limited } from "./limits.ts";

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
  const client = limited(new Docker(connectionTo(endpoint, { maxSockets: 16 }) as Docker.DockerOptions), endpoint);
  clients.set(endpoint, client);
  return client;
}

function mustBeEndpoint(endpoint: string): void {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url?.protocol === "unix:" ? url.pathname.length > 1 : url?.protocol === "ssh:" && url.hostname !== "") return;
  throw new UserError(
    `"${endpoint}" is no Docker endpoint. Expected "unix:///var/run/docker.sock" or "ssh://user@host": correct the host's "endpoint" in the settings.`,
  );
}
