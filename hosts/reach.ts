import { PassThrough } from "node:stream";
import type Docker from "dockerode";
import type { ContainerAddress } from "./address.ts";

/**
 * Asks a Docker daemon.
 *
 * @param within milliseconds, all calls together
 * @param who the subject of the sentence that says that it was silent
 * @throws when it has not ended by then: what is under way is broken off
 */
export async function withDocker<T>(
  endpoint: string,
  within: number,
  who: string,
  work: (docker: Docker) => Promise<T>,
): Promise<T> {
  const end = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const tooLate = () => reject(new Error(`${who} at ${endpoint} gave no answer within ${within / 1000} s`));
    timer = setTimeout(tooLate, within);
  });
  const ask = async () => {
    const { dockerUntil } = await import("./endpoint.ts");
    return work(dockerUntil(endpoint, end.signal));
  };
  try {
    return await Promise.race([ask(), late]);
  } catch (error) {
    end.abort();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Does something with a container, in `within` milliseconds. @throws as `withDocker` */
export function reach<T>(
  { endpoint, container }: ContainerAddress,
  within: number,
  work: (container: Docker.Container) => Promise<T>,
): Promise<T> {
  return withDocker(endpoint, within, container, (docker) => work(docker.getContainer(container)));
}

/**
 * Runs a command in the container: its exit code and what it said.
 *
 * @param within milliseconds
 * @throws when it has not ended by then; it goes on in the container
 */
export function run(
  address: ContainerAddress,
  command: string[],
  within: number,
): Promise<{ code: number | null; output: string }> {
  return reach(address, within, async (container) => {
    const exec = await container.exec({ Cmd: command, AttachStdout: true, AttachStderr: true });
    const stream = await exec.start({});
    const said = new PassThrough();
    container.modem.demuxStream(stream, said, said);
    stream.once("end", () => said.end());
    stream.once("error", (error: Error) => said.destroy(error));
    let output = "";
    for await (const chunk of said) output += chunk;
    return { code: (await exec.inspect()).ExitCode, output: output.trim() };
  });
}
