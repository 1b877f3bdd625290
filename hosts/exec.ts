import { finished } from "node:stream/promises";
import type Docker from "dockerode";
import type { ContainerAddress } from "./address.ts";
import { reach } from "./reach.ts";

/** What a command in a container said, and its exit code. */
export interface Said {
  /** -1 where Docker does not know it. */
  code: number;
  stdout: string;
  stderr: string;
  /** Both channels, in the order in which they came, without white space around. */
  output: string;
}

/**
 * Runs a command in a container.
 *
 * @param within milliseconds, all calls together
 * @param signal ends it early
 * @throws when it has not ended by then (it goes on in the container), or the container can't be asked
 */
export function exec(
  address: ContainerAddress,
  command: string[],
  within: number,
  signal?: AbortSignal,
): Promise<Said> {
  return reach(address, { within, signal }, (container) => execIn(container, command));
}

/** The same by a client whose calls have an end already, or with a signal that ends them. */
export async function execIn(container: Docker.Container, command: string[], abortSignal?: AbortSignal): Promise<Said> {
  const started = await container.exec({ Cmd: command, AttachStdout: true, AttachStderr: true, abortSignal });
  const stream = await started.start({ abortSignal });
  const [stdout, stderr, both]: Buffer[][] = [[], [], []];
  const into = (chunks: Buffer[]) => ({ write: (chunk: Buffer) => both!.push(chunk) && chunks.push(chunk) });
  container.modem.demuxStream(stream, into(stdout!) as never, into(stderr!) as never);
  await finished(stream, { writable: false });
  const { ExitCode } = await started.inspect({ abortSignal });
  const text = (chunks: Buffer[] = []) => Buffer.concat(chunks).toString();
  return { code: ExitCode ?? -1, stdout: text(stdout), stderr: text(stderr), output: text(both).trim() };
}
