import { PassThrough } from "node:stream";
import type { Container } from "dockerode";
import { UserError } from "../../core/errors.ts";

/** What a command in a container said, on both channels, and its exit code. */
export interface Said {
  code: number;
  output: string;
}

/** Characters of output that are kept: the last ones tell what went wrong. */
const KEPT = 16_384;

/**
 * Runs a command in a container, both channels in one.
 *
 * @param timeout in ms
 * @throws {UserError} when it has not ended by then (it goes on in the container), or the container does not run
 */
export async function execIn(container: Container, command: string[], timeout: number): Promise<Said> {
  const abortSignal = AbortSignal.timeout(timeout);
  try {
    const exec = await container.exec({ Cmd: command, AttachStdout: true, AttachStderr: true, abortSignal });
    const stream = await exec.start({ abortSignal });
    abortSignal.addEventListener("abort", () => stream.destroy(abortSignal.reason), { once: true });
    const both = new PassThrough({ encoding: "utf8" });
    container.modem.demuxStream(stream, both, both);
    stream.on("end", () => both.end()).on("error", (error) => both.destroy(error));
    let output = "";
    for await (const text of both) output = (output + text).slice(-KEPT);
    const { ExitCode } = await exec.inspect({ abortSignal });
    return { code: ExitCode ?? -1, output: output.trim() };
  } catch (error) {
    const reason = abortSignal.aborted ? `took longer than ${timeout / 1000} s` : (error as Error).message;
    throw new UserError(`The guard of the chaos suite (container ${container.id}) could not do its work: ${reason}`);
  }
}
