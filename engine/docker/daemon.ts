import { isRemote } from "../../core/endpoint.ts";
import { type Endpoint, parseHost } from "./config.ts";
import { DockerError, statusOf } from "./errors.ts";

/** A client of the daemon. It connects with the first call, and every call has an end. */
export async function connect({ host, sshOpts }: Endpoint) {
  const { openClient } = await import("../../hosts/endpoint.ts");
  return openClient(host, { maxSockets: parseHost(host).protocol === "ssh:" ? 4 : 16, sshOpts });
}

const CONNECTION_ERRORS: Record<string, string> = {
  ENOENT: "there is no such socket: install Docker Engine, or start it (`systemctl start docker`, or `dockerd`)",
  ECONNREFUSED: "nothing listens there: start Docker Engine (`systemctl start docker`, or `dockerd`)",
  EACCES: "permission is denied: run as root, or add your user to the group `docker` and log in again",
};

/** The same error, or a clearer one when the daemon was not reached at all. */
export function explainConnection(error: unknown, { host }: Endpoint): unknown {
  if (statusOf(error) !== undefined) return error;
  const { code, message, syscall } = error as NodeJS.ErrnoException;
  const why = syscall === "connect" ? CONNECTION_ERRORS[code ?? ""] : undefined;
  if (why) return new DockerError(`Docker does not answer at ${host}: ${why}.`);
  if (isRemote(host) && /^ssh (could not|ended)|socket hang up|ECONNRESET/.test(message ?? "")) {
    return new DockerError(
      `Docker does not answer at ${host}: ${message}. \`ssh ${host.slice("ssh://".length)} docker version\` must work without a question.`,
    );
  }
  return error;
}
