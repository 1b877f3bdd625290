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

export async function containerAt({ endpoint, container }: ContainerAddress) {
  const { default: Docker } = await import("dockerode");
  const url = new URL(endpoint);
  const docker =
    url.protocol === "ssh:"
      ? new Docker({
          protocol: "ssh",
          host: url.hostname,
          port: url.port || 22,
          username: url.username,
          sshOptions: { agent: process.env.SSH_AUTH_SOCK },
        })
      : new Docker({ socketPath: url.pathname });
  return docker.getContainer(container);
}

/** Runs a command in the container: its exit code and what it said. */
export async function run(
  address: ContainerAddress,
  command: string[],
): Promise<{ code: number | null; output: string }> {
  const { PassThrough } = await import("node:stream");
  const container = await containerAt(address);
  const exec = await container.exec({ Cmd: command, AttachStdout: true, AttachStderr: true });
  const stream = await exec.start({});
  const said = new PassThrough();
  container.modem.demuxStream(stream, said, said);
  stream.once("end", () => said.end());
  stream.once("error", (error: Error) => said.destroy(error));
  let output = "";
  for await (const chunk of said) output += chunk;
  return { code: (await exec.inspect()).ExitCode, output: output.trim() };
}
