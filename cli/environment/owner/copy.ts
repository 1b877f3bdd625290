import { hostname, userInfo } from "node:os";
import { Readable } from "node:stream";
import { buffer, json } from "node:stream/consumers";
import { isDeepStrictEqual } from "node:util";
import type Docker from "dockerode";
import tar from "tar-stream";
import { UserError } from "../../../core/errors.ts";
import { dockerAt } from "../../../hosts/endpoint.ts";
import type { StoredDeployment } from "../../engine/engine.ts";
import { recordedState } from "../../engine/keeper.ts";
import { passphraseSource } from "../../engine/passphrase.ts";
import { backendUrl } from "../../engine/state.ts";
import { projectDir } from "../../project.ts";
import { LOCAL } from "../../setup/docker.ts";

/** A state as it is kept beside the environment: whoever has the passphrase can bring it back. */
export interface StateCopy {
  version: 1;
  /** ISO 8601. */
  written: string;
  /** Where the state itself was then. */
  from: { user: string; host: string; folder: string; backend: string; passphrase: string };
  /** Its secrets sealed. */
  state: StoredDeployment;
}

const FILE = "state.json";
const FOLDER = "/state";

/** The volume of an environment's copy. */
const volumeOf = (environment: string) => `trivet-${environment}-state`;

const labelsOf = (environment: string) => ({ "io.trivet.environment": environment, "io.trivet.service": "state" });

/** Where an environment is, as its settings say or as it is recorded. */
export interface Whereabouts {
  lab?: unknown;
  hosts: readonly { roles: readonly string[]; endpoint?: string }[];
}

/** Where the copies are: on the hosts that hold the database, too, since those know its passwords anyway. */
export const copyEndpoints = ({ lab, hosts }: Whereabouts): string[] =>
  lab
    ? [LOCAL]
    : [...new Set(hosts.flatMap(({ roles, endpoint }) => (roles.includes("database") && endpoint ? [endpoint] : [])))];

/**
 * Writes the state beside the environment, where it differs from the one before or no copy is there.
 *
 * @returns why it could not be written, by endpoint
 */
export async function writeCopies(
  environment: string,
  endpoints: readonly string[],
  before?: StoredDeployment,
): Promise<string[]> {
  const state = await recordedState(environment);
  if (!state) return [];
  const changed = !isDeepStrictEqual(before?.resources, state.resources);
  const { username: user } = userInfo();
  const copy: StateCopy = {
    version: 1,
    written: new Date().toISOString(),
    from: {
      ...{ user, host: hostname(), folder: projectDir },
      ...{ backend: await backendUrl(), passphrase: passphraseSource() },
    },
    state,
  };
  const problems = await Promise.all(
    endpoints.map(async (endpoint) => {
      try {
        if (changed || !(await isThere(endpoint, environment))) await write(endpoint, environment, copy);
        return [];
      } catch (error) {
        return [`${endpoint}: ${(error as Error).message}`];
      }
    }),
  );
  return problems.flat();
}

/** The newest copy on these endpoints; undefined where there is none. */
export async function readCopy(environment: string, endpoints: readonly string[]): Promise<StateCopy | undefined> {
  const copies = await Promise.all(
    endpoints.map(async (endpoint) =>
      (await isThere(endpoint, environment).catch(() => false)) ? read(endpoint, environment) : undefined,
    ),
  );
  const [newest] = copies
    .filter((copy) => copy !== undefined)
    .sort((a, b) => Date.parse(b.written) - Date.parse(a.written));
  return newest;
}

const isThere = async (endpoint: string, environment: string): Promise<boolean> => {
  const { Volumes } = await dockerAt(endpoint).listVolumes({ filters: { name: [volumeOf(environment)] } });
  return (Volumes ?? []).some(({ Name }) => Name === volumeOf(environment));
};

async function write(endpoint: string, environment: string, copy: StateCopy): Promise<void> {
  const docker = dockerAt(endpoint);
  await docker.createVolume({ Name: volumeOf(environment), Labels: labelsOf(environment) });
  const archive = tar.pack();
  archive.entry({ name: FILE, mode: 0o600 }, JSON.stringify(copy));
  archive.finalize();
  await withVolume(docker, environment, (holder) => holder.putArchive(Readable.from(archive), { path: FOLDER }));
}

async function read(endpoint: string, environment: string): Promise<StateCopy | undefined> {
  return withVolume(dockerAt(endpoint), environment, async (holder) => {
    const archive = await holder.getArchive({ path: `${FOLDER}/${FILE}` }).catch((error) => {
      if (error.statusCode === 404) return undefined;
      throw error;
    });
    if (!archive) return undefined;
    const extract = Readable.from([await buffer(archive)]).pipe(tar.extract());
    for await (const entry of extract) {
      const copy = (await json(entry)) as StateCopy;
      if (copy.version === 1) return copy;
      throw new UserError(
        `The copy of the state on ${endpoint} has the form ${copy.version}, expected 1: a newer Trivet wrote it. Use that one.`,
      );
    }
  });
}

/** Docker reaches into a volume by a container; it is never started, so that any image will do. */
async function withVolume<T>(docker: Docker, environment: string, work: (holder: Docker.Container) => Promise<T>) {
  const filters = { label: [`io.trivet.environment=${environment}`] };
  const [own] = await docker.listContainers({ all: true, filters });
  const image = own?.ImageID ?? (await docker.listImages())[0]?.Id;
  if (!image) throw new UserError("there is no image, and a volume can't be reached without one");
  const holder = await docker.createContainer({
    Image: image,
    Cmd: ["never started"],
    Labels: labelsOf(environment),
    HostConfig: { Binds: [`${volumeOf(environment)}:${FOLDER}`], NetworkMode: "none" },
  });
  try {
    return await work(holder);
  } finally {
    await holder.remove({ force: true });
  }
}
