import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import type { ServiceRecord } from "../core/inventory.ts";
import { dockerAt } from "./endpoint.ts";

export interface Said {
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * Runs a command in a service's container.
 *
 * @param timeout in ms
 * @throws when it has not ended by then (it goes on in the container), or the container can't be asked
 */
export async function exec(service: ServiceRecord, command: string[], timeout: number): Promise<Said> {
  const abortSignal = AbortSignal.timeout(timeout);
  const docker = dockerAt(service.endpoint);
  const started = await docker
    .getContainer(service.container)
    .exec({ Cmd: command, AttachStdout: true, AttachStderr: true, abortSignal });
  const stream = await started.start({ abortSignal });
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  docker.modem.demuxStream(stream, stdout, stderr);
  const late = () => stream.destroy(new Error(`${command[0]} took longer than ${timeout / 1000} s`));
  abortSignal.addEventListener("abort", late, { once: true });
  stream.on("end", () => [stdout, stderr].map((output) => output.end()));
  stream.on("error", (error) => [stdout, stderr].map((output) => output.destroy(error)));
  const [said, complained] = await Promise.all([text(stdout), text(stderr)]);
  abortSignal.removeEventListener("abort", late);
  const { ExitCode } = await started.inspect({ abortSignal });
  return { code: ExitCode ?? -1, stdout: said, stderr: complained };
}
