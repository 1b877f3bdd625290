import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { DockerError } from "../errors.ts";

const POLL_MS = 300;

/**
 * Waits until the container is healthy. "unhealthy" is not the end (a database that receives its data from a peer is
 * unhealthy until it has it), but a container that has ended for good is.
 *
 * @param seconds how long to wait
 * @throws {DockerError} with the first half of a sentence that begins with the container
 */
export async function waitUntilHealthy(
  container: Docker.Container,
  seconds: number,
  signal: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (true) {
    const { State: state } = await container.inspect();
    if (!state.Health) throw new DockerError('has no healthcheck to wait for: add "healthcheck", or leave "wait" out');
    if (state.Health.Status === "healthy") return;
    if (state.Status === "exited" || state.Status === "dead") throw new DockerError("ended before it was healthy");
    if (Date.now() > deadline) throw new DockerError(`was not healthy within ${seconds} s`);
    await sleep(POLL_MS, undefined, { signal }).catch(() => {
      throw new DockerError("was not healthy yet when the run was cancelled");
    });
  }
}
