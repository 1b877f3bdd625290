import { dockerAt } from "../../hosts/endpoint.ts";

/** Where the daemon of this machine listens. */
export const SOCKET = "/var/run/docker.sock";

/** The same as the endpoint of hosts that the lab makes. */
export const LOCAL = `unix://${SOCKET}`;

/** The daemon of this machine: it builds the images, and runs the lab. */
export const docker = dockerAt(LOCAL);

/** Whether the daemon answers now. */
export const daemonAnswers = () =>
  docker.listContainers({ limit: 1, abortSignal: AbortSignal.timeout(10_000) }).then(
    () => true,
    () => false,
  );

/** Every tag that the daemon has; none when it does not answer. */
export async function tagsPresent(): Promise<Set<string>> {
  const images = await docker.listImages().catch(() => []);
  return new Set(images.flatMap(({ RepoTags }) => RepoTags ?? []));
}
