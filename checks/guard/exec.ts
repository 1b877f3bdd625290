import type { Container } from "dockerode";
import { UserError } from "../../core/errors.ts";
import { execIn as exec } from "../../hosts/exec.ts";

/** What a command in a guard said, on both channels, and its exit code. */
export interface Said {
  code: number;
  output: string;
}

/** Characters of output that are kept: the last ones tell what went wrong. */
const KEPT = 16_384;

/**
 * Runs a command in a guard.
 *
 * @param timeout in ms
 * @throws {UserError} when it has not ended by then (it goes on in the container), or the container does not run
 */
export async function execIn(container: Container, command: string[], timeout: number): Promise<Said> {
  const abortSignal = AbortSignal.timeout(timeout);
  try {
    const { code, output } = await exec(container, command, abortSignal);
    return { code, output: output.slice(-KEPT) };
  } catch (error) {
    const reason = abortSignal.aborted ? `took longer than ${timeout / 1000} s` : (error as Error).message;
    throw new UserError(`The guard of the chaos suite (container ${container.id}) could not do its work: ${reason}`);
  }
}
