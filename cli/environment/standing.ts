import type { ContainerInspectInfo } from "dockerode";
import pLimit from "p-limit";
import { dockerAt } from "../../hosts/endpoint.ts";

/** What decides whether a container must be started (again). */
export interface ContainerFact {
  id: string;
  name: string;
  running: boolean;
  /** Milliseconds since 1970, below 0 when it never was. */
  startedAt: number;
  /** Id or name of the container whose network it shares. */
  pod?: string;
}

/**
 * The containers of an environment to start: those that stand still, and those whose pod was started after them or is to
 * be, since they keep a network that is gone. Pods come first. Left to the engine is one that never was started, whose run ended
 * while it was making it (it may not have its files yet), and one whose pod is not there at all: it can't be started.
 */
export function toStart(all: readonly ContainerFact[]): { pods: ContainerFact[]; services: ContainerFact[] } {
  const containers = all.filter(({ startedAt }) => startedAt >= 0);
  const pods = containers.filter(({ pod, running }) => !pod && !running);
  const services = containers.filter(({ pod, running, startedAt }) => {
    if (!pod) return false;
    const itsPod = containers.find(({ id, name }) => id === pod || name === pod);
    return itsPod !== undefined && (!running || !itsPod.running || itsPod.startedAt > startedAt);
  });
  return { pods, services };
}

/** Starts that run at a time. */
const CONCURRENCY = 4;

/**
 * Starts what stands still although it should run: after the machine or its Docker was restarted, Docker starts containers
 * that share a network in no certain order. Returns the names of those that were started.
 */
export async function startStanding(endpoint: string, environment: string): Promise<string[]> {
  const docker = dockerAt(endpoint);
  const filters = { label: [`io.trivet.environment=${environment}`] };
  const listed = await docker.listContainers({ all: true, filters });
  const facts = await Promise.all(listed.map(({ Id }) => docker.getContainer(Id).inspect().then(factOf)));
  const { pods, services } = toStart(facts);
  const limit = pLimit(CONCURRENCY);
  for (const group of [pods, services]) {
    await Promise.all(
      group.map(({ id, running }) =>
        limit(() => (running ? docker.getContainer(id).restart() : docker.getContainer(id).start())),
      ),
    );
  }
  return [...pods, ...services].map(({ name }) => name);
}

function factOf({ Id, Name, State, HostConfig }: ContainerInspectInfo): ContainerFact {
  return {
    id: Id,
    name: Name.slice(1),
    running: State.Running,
    startedAt: Date.parse(State.StartedAt),
    pod: /^container:(.*)$/.exec(HostConfig.NetworkMode ?? "")?.[1],
  };
}
