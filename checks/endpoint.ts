import Docker from "dockerode";
import { UserError } from "../components/errors.ts";

const clients = new Map<string, Docker>();

/**
 * The Docker daemon at an endpoint: `unix:///var/run/docker.sock` or `ssh://user@host[:port]` (key from the SSH agent).
 * One client per endpoint, so that a limit on its use can hold.
 *
 * @throws {UserError} on any other form
 */
export function dockerAt(endpoint: string): Docker {
  const known = clients.get(endpoint);
  if (known) return known;
  const client = new Docker(connection(endpoint));
  clients.set(endpoint, client);
  return client;
}

function connection(endpoint: string): Docker.DockerOptions {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url?.protocol === "unix:") return { socketPath: url.pathname };
  if (url?.protocol === "ssh:") {
    return {
      protocol: "ssh",
      host: url.hostname,
      port: Number(url.port || 22),
      username: url.username || "root",
      sshOptions: { agent: process.env.SSH_AUTH_SOCK },
    } as Docker.DockerOptions;
  }
  throw new UserError(
    `"${endpoint}" is no Docker endpoint. Expected "unix:///var/run/docker.sock" or "ssh://user@host": correct the host's "endpoint" in the settings.`,
  );
}
