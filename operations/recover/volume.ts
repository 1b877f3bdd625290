import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import type Docker from "dockerode";
import type { ContainerInspectInfo } from "dockerode";
import pRetry, { AbortError } from "p-retry";
import type { ServiceRecord } from "../../core/inventory.ts";
import { dockerAt } from "../../hosts/endpoint.ts";
import { EVIDENCE, parseTold, type Told } from "./parse.ts";

/** Milliseconds that InnoDB's crash recovery may take. To end it early does no harm. */
const RECOVERY_TIMEOUT = 10 * 60_000;
/** Milliseconds for another run that reads the same volume. */
const OTHER_READER = 60_000;
/** Where the node's own settings are, and where the reading one's MariaDB finds them. */
const SETTINGS = "/etc/trivet/galera/node.cnf";
const READ_FROM = "/etc/mysql/mariadb.conf.d";

/**
 * Reads a stopped node's volume by a short-lived container of the same image and settings, without network. Its name keeps
 * a second one from reading the same volume.
 *
 * @throws when it can't be read, or takes too long
 */
export async function readVolume(
  { endpoint, container, host }: ServiceRecord,
  { Image }: ContainerInspectInfo,
  environment: string,
): Promise<Told> {
  const docker = dockerAt(endpoint);
  const reader = await createAlone(docker, {
    name: `${container}-evidence`,
    Image,
    Entrypoint: ["/usr/bin/tini", "--", EVIDENCE],
    Cmd: ["--recover"],
    Labels: { "io.trivet.environment": environment, "io.trivet.host": host, "io.trivet.service": "evidence" },
    HostConfig: { NetworkMode: "none", VolumesFrom: [container] },
  });
  try {
    const settings = await docker.getContainer(container).getArchive({ path: SETTINGS });
    await reader.putArchive(settings, { path: READ_FROM });
    const stream = await reader.attach({ stream: true, stdout: true, stderr: true });
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    docker.modem.demuxStream(stream, stdout, stderr);
    const late = AbortSignal.timeout(RECOVERY_TIMEOUT);
    late.addEventListener("abort", () => reader.kill().catch(() => {}), { once: true });
    stream.on("end", () => [stdout, stderr].map((output) => output.end()));
    await reader.start();
    const [said, complained] = await Promise.all([text(stdout), text(stderr)]);
    if (late.aborted) throw new Error(`reading its position took longer than ${RECOVERY_TIMEOUT / 60_000} minutes`);
    return parseTold(said, complained);
  } finally {
    await reader.remove({ force: true });
  }
}

/** Creates a container once its name is free: what a killed run left is removed, one that still reads is waited for. */
async function createAlone(docker: Docker, options: Docker.ContainerCreateOptions): Promise<Docker.Container> {
  const create = () =>
    docker.createContainer(options).catch(async (error) => {
      if (error.statusCode !== 409) throw new AbortError(error);
      const other = docker.getContainer(options.name!);
      const { State } = await other.inspect();
      if (!State.Running) await other.remove();
      throw new Error("another run reads it");
    });
  return pRetry(create, { retries: OTHER_READER / 1_000, factor: 1, minTimeout: 1_000 });
}
