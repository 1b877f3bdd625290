import type Docker from "dockerode";
import { type Connecting, connectionTo } from "./docker.ts";
import { limited } from "./limits.ts";

/**
 * A client of its own of a Docker daemon, to be closed by who asked for it. It connects with the first call, and every call
 * has an end.
 */
export async function openClient(
  endpoint: string,
  connecting: Connecting = {},
): Promise<{ docker: Docker; close(): void }> {
  // Loaded only when something is to be done: it takes its time.
  const { default: Client } = await import("dockerode");
  const connection = connectionTo(endpoint, connecting);
  const docker = limited(new Client(connection as Docker.DockerOptions), endpoint);
  return { docker, close: () => connection.agent.destroy() };
}
