import type Docker from "dockerode";
import pRetry, { AbortError } from "p-retry";
import { DockerError } from "../errors.ts";

const POLL_MS = 300;

/**
 * Waits until the container is healthy. "unhealthy" is not the end (a database that receives its data from a peer is
 * unhealthy until it has it), but a container that has ended for good is.
 *
 * @param seconds how long to wait
 * @throws {DockerError} the rest of a sentence that begins with the container
 */
export async function waitUntilHealthy(
  container: Docker.Container,
  seconds: number,
  signal: AbortSignal,
): Promise<void> {
  const look = async () => {
    const { State: state } = await container.inspect().catch(giveUp);
    if (!state.Health)
      giveUp(new DockerError('has no healthcheck to wait for: add "healthcheck", or leave "wait" out'));
    if (state.Health?.Status === "healthy") return;
    if (state.Status === "exited" || state.Status === "dead") giveUp(new DockerError("ended before it was healthy"));
    throw new DockerError(`was not healthy within ${seconds} s`);
  };
  const poll = { retries: Number.POSITIVE_INFINITY, factor: 1, minTimeout: POLL_MS, maxRetryTime: seconds * 1000 };
  await pRetry(look, { ...poll, signal }).catch((error) => {
    throw signal.aborted ? new DockerError("was not healthy yet when the run was cancelled") : error;
  });
}

function giveUp(error: Error): never {
  throw new AbortError(error);
}
