import type Docker from "dockerode";
import type { ContainerAddress } from "./address.ts";

/** How long something is waited for. */
export interface Patience {
  /** Milliseconds, all calls together. */
  within: number;
  /** Ends it early. */
  signal?: AbortSignal;
}

/**
 * Asks a Docker daemon.
 *
 * @param who the subject of the sentence that says that it was silent
 * @throws when it has not ended by then: what is under way is broken off, also a connection that is being made
 */
export async function withDocker<T>(
  endpoint: string,
  { within, signal }: Patience,
  who: string,
  work: (docker: Docker) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const end = new AbortController();
  const late = () => end.abort(new Error(`${who} at ${endpoint} gave no answer within ${within / 1000} s`));
  const timer = setTimeout(late, within);
  const interrupted = () => end.abort(signal!.reason);
  signal?.addEventListener("abort", interrupted, { once: true });
  const over = new Promise<never>((_, reject) => {
    end.signal.addEventListener("abort", () => reject(end.signal.reason), { once: true });
  });
  const ask = async () => {
    const { dockerUntil } = await import("./endpoint.ts");
    return work(dockerUntil(endpoint, end.signal));
  };
  try {
    return await Promise.race([ask(), over]);
  } catch (error) {
    end.abort();
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", interrupted);
  }
}

/** Does something with a container. @throws as `withDocker` */
export function reach<T>(
  { endpoint, container }: ContainerAddress,
  patience: Patience,
  work: (container: Docker.Container) => Promise<T>,
): Promise<T> {
  return withDocker(endpoint, patience, container, (docker) => work(docker.getContainer(container)));
}
