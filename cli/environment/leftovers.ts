import type Docker from "dockerode";
import { dockerAt } from "../../checks/endpoint.ts";

/** Something that carries an environment's label. */
export interface Leftover {
  kind: "container" | "network" | "volume";
  name: string;
  /** Data that the state forgot on purpose, so that nobody loses it by mistake. */
  kept?: boolean;
  remove(): Promise<unknown>;
}

/** Everything on an endpoint that carries an environment's label, in the order in which it can be removed. */
export async function leftovers(endpoint: string, environment: string): Promise<Leftover[]> {
  const docker: Docker = dockerAt(endpoint);
  const filters = { label: [`io.trivet.environment=${environment}`] };
  const [containers, networks, { Volumes }] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
  ]);
  return [
    ...containers.map(
      ({ Id, Names }): Leftover => ({
        kind: "container",
        name: Names[0]!.slice(1),
        remove: () => docker.getContainer(Id).remove({ force: true, v: true }),
      }),
    ),
    ...networks.map(
      ({ Id, Name }): Leftover => ({ kind: "network", name: Name, remove: () => docker.getNetwork(Id).remove() }),
    ),
    ...(Volumes ?? []).map(
      ({ Name, Labels }): Leftover => ({
        kind: "volume",
        name: Name,
        kept: Labels?.["io.trivet.service"] === "galera",
        remove: () => docker.getVolume(Name).remove(),
      }),
    ),
  ];
}

/** Removes what is left of an environment on an endpoint, and returns what that was. */
export async function reap(endpoint: string, environment: string): Promise<Leftover[]> {
  const found = await leftovers(endpoint, environment);
  for (const leftover of found) await leftover.remove();
  return found;
}
