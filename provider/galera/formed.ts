import type Docker from "dockerode";
import type { ContainerAddress } from "../../hosts/address.ts";
import { withDocker } from "../../hosts/reach.ts";

/** A node's past, as far as it can be seen. */
export interface NodePast {
  /** Whether its data volume is there. */
  data: boolean;
  /** Whether it was a member of a whole cluster once, as its `health` noted beside its data; undefined when it can't be seen. */
  wasWhole?: boolean;
}

/** Whether it is certain that a cluster never was whole: all of its nodes can be looked at, and none was in one. */
export const isUnformed = (nodes: readonly NodePast[]): boolean =>
  nodes.length > 0 && nodes.every(({ data, wasWhole }) => !data || wasWhole === false);

/** Noted by the keeper (node/health/). */
const NOTE = "/var/lib/mysql/.trivet-was-whole";
/** Milliseconds for all questions about one node. */
const TIMEOUT = 10_000;

/** Awaits an answer of the Docker API; undefined where the thing asked for is not there. */
async function found<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode !== 404) throw error;
    return undefined;
  }
}

/** Whether a file is in a container, whatever that does just now. */
async function has(container: Docker.Container, path: string): Promise<boolean> {
  const answer = await found<{ resume(): void }>(container.infoArchive({ path }));
  answer?.resume();
  return answer !== undefined;
}

/** Looks at one node. Never rejects: a node that can't be looked at counts as one with data. */
async function pastOf({ endpoint, container: name }: ContainerAddress): Promise<NodePast> {
  try {
    return await withDocker(endpoint, { within: TIMEOUT }, name, async (docker) => {
      const volume = docker.getVolume(`${name}-data`);
      if (!(await found(volume.inspect()))) return { data: false };
      const container = docker.getContainer(name);
      if (await found(container.inspect())) return { data: true, wasWhole: await has(container, NOTE) };
      return { data: true, wasWhole: await notedIn(docker, volume.name) };
    });
  } catch {
    return { data: true };
  }
}

/** Looks into a volume whose container is gone, by one that is never started: any image will do. */
async function notedIn(docker: Docker, volume: string): Promise<boolean | undefined> {
  const [image] = await docker.listImages();
  if (!image) return undefined;
  const reader = await docker.createContainer({
    Image: image.Id,
    Cmd: ["true"],
    Labels: (await docker.getVolume(volume).inspect()).Labels ?? {},
    HostConfig: { NetworkMode: "none", Binds: [`${volume}:/trivet-volume:ro,nocopy`] },
  });
  try {
    const name = NOTE.slice(NOTE.lastIndexOf("/"));
    return await has(reader, `/trivet-volume${name}`);
  } finally {
    await reader.remove({ force: true });
  }
}

/** Whether no node has a data volume yet, so that what becomes of the cluster can be seen from its nodes. */
export async function hasNoData(nodes: readonly ContainerAddress[]): Promise<boolean> {
  return (await Promise.all(nodes.map(pastOf))).every(({ data }) => !data);
}

/** Whether it is certain that the cluster of these nodes never was whole. */
export async function neverWhole(nodes: readonly ContainerAddress[]): Promise<boolean> {
  return isUnformed(await Promise.all(nodes.map(pastOf)));
}
