import type Docker from "dockerode";
import { connectionTo } from "./docker.ts";

/**
 * A running container, reached by its host's Docker endpoint alone. Used by dynamic resources, whose code Pulumi
 * serialises into the state: packages are therefore imported where they are used.
 */

export interface ContainerAddress {
  /** `unix:///var/run/docker.sock` or `ssh://user@host`. */
  endpoint: string;
  /** Its name on that endpoint. */
  container: string;
}

/**
 * Asks a Docker daemon.
 *
 * @param within milliseconds, all calls together
 * @param who the subject of the sentence that says that it was silent
 * @throws when it has not ended by then: all connections are closed
 */
export async function withDocker<T>(
  endpoint: string,
  within: number,
  who: string,
  work: (docker: Docker) => Promise<T>,
): Promise<T> {
  const { default: Client } = await import("dockerode");
  const connection = connectionTo(endpoint);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const tooLate = () => reject(new Error(`${who} at ${endpoint} gave no answer within ${within / 1000} s`));
    timer = setTimeout(tooLate, within);
  });
  try {
    return await Promise.race([work(new Client(connection as Docker.DockerOptions)), late]);
  } finally {
    clearTimeout(timer);
    connection.agent.destroy();
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
export async function run(
  address: ContainerAddress,
  command: string[],
  within: number,
): Promise<{ code: number | null; output: string }> {
  const { PassThrough } = await import("node:stream");
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
