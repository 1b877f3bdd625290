import type Docker from "dockerode";
import pRetry from "p-retry";
import { Failure } from "../../core/errors.ts";
import { logLimits } from "../../hosts/logs.ts";

/** An image as the registry knows it. */
export interface Stored {
  image: string;
  /** The daemon's id of it. */
  id: string;
  /** `sha256:…` of its manifest, by which it can be had and be nothing else. */
  digest: string;
}

/** A registry on this machine's loopback. */
export interface Registry {
  port: number;
  /** Puts an image into it, where it is not there yet. */
  store(image: string): Promise<Stored>;
  close(): Promise<void>;
}

/** Both the container's and the volume's, which is kept: the next time only what is new is stored. */
const NAME = "trivet-registry";
const LABELS = { "io.trivet.tool": "registry" };
const PORT = "5000/tcp";

/** Starts it in a container of its own. One at a time on a machine. */
export async function startRegistry(docker: Docker, image: string): Promise<Registry> {
  const container = docker.getContainer(NAME);
  // Of a run that was killed.
  await remove(container);
  await docker.createVolume({ Name: NAME, Labels: LABELS });
  await docker.createContainer({
    name: NAME,
    Image: image,
    Labels: LABELS,
    ExposedPorts: { [PORT]: {} },
    HostConfig: {
      Binds: [`${NAME}:/var/lib/docker-registry`],
      PortBindings: { [PORT]: [{ HostIp: "127.0.0.1", HostPort: "" }] },
      LogConfig: { Type: logLimits.driver, Config: logLimits.options },
    },
  });
  await container.start();
  const port = Number((await container.inspect()).NetworkSettings.Ports[PORT]?.[0]?.HostPort);
  const ready = async () => {
    const { ok } = await fetch(`http://127.0.0.1:${port}/v2/`, { signal: AbortSignal.timeout(5_000) });
    if (!ok) throw new Error("not ready");
  };
  await pRetry(ready, { retries: 60, factor: 1, minTimeout: 500, shouldRetry: () => true }).catch(() => {
    throw new Failure(`The registry that images are carried from does not answer. What it says: docker logs ${NAME}`);
  });
  return { port, store: (image) => store(docker, port, image), close: () => remove(container) };
}

const remove = (container: Docker.Container) =>
  container.remove({ force: true }).then(
    () => {},
    (error) => {
      if (error.statusCode !== 404) throw error;
    },
  );

async function store(docker: Docker, port: number, image: string): Promise<Stored> {
  const { repository, tag } = partsOf(image);
  const { Id: id } = await docker.getImage(image).inspect();
  const there = await manifestOf(port, repository, tag);
  if (there && [there.config, there.digest].includes(id)) return { image, id, digest: there.digest };
  const name = `127.0.0.1:${port}/${repository}`;
  await docker.getImage(image).tag({ repo: name, tag });
  try {
    const stream = await docker
      .getImage(name)
      .push({ tag, authconfig: { username: "", password: "", serveraddress: "" } });
    await followed(docker, stream);
  } finally {
    await docker.getImage(`${name}:${tag}`).remove();
  }
  const stored = await manifestOf(port, repository, tag);
  if (!stored) throw new Failure(`The image ${image} could not be put into the registry that hosts take it from.`);
  // The daemon remembers where it put it.
  await docker
    .getImage(`${name}@${stored.digest}`)
    .remove()
    .catch(() => {});
  return { image, id, digest: stored.digest };
}

const TYPES = ["application/vnd.docker.distribution.manifest.v2+json", "application/vnd.oci.image.manifest.v1+json"];

async function manifestOf(port: number, repository: string, tag: string) {
  const answer = await fetch(`http://127.0.0.1:${port}/v2/${repository}/manifests/${tag}`, {
    headers: { Accept: TYPES.join(", ") },
    signal: AbortSignal.timeout(60_000),
  });
  if (!answer.ok) return undefined;
  const { config } = (await answer.json()) as { config?: { digest?: string } };
  return { digest: answer.headers.get("docker-content-digest")!, config: config?.digest };
}

/** `trivet/galera:1` in its parts. */
export function partsOf(image: string): { repository: string; tag: string } {
  const [, repository, tag] = /^(.+?)(?::([^/:]+))?$/.exec(image)!;
  return { repository: repository!, tag: tag ?? "latest" };
}

/** What a daemon tells while it moves an image. */
export interface Progress {
  id?: string;
  status?: string;
  progressDetail?: { current?: number; total?: number };
}

/** @throws with the daemon's own word when it failed, which it tells in the midst of its progress */
export function followed(docker: Docker, stream: NodeJS.ReadableStream, say: (at: Progress) => void = () => {}) {
  return new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(
      stream,
      (error: Error | null, events: { error?: string }[]) => {
        const failed = events?.find((event) => event.error)?.error;
        if (error || failed) reject(error ?? new Error(failed));
        else resolve();
      },
      say,
    );
  });
}
