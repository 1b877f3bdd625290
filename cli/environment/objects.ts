import { dockerAt } from "../../hosts/endpoint.ts";

/** Something of Docker that carries a label of ours. */
export interface EnvironmentObject {
  kind: "container" | "network" | "volume";
  /** Of a volume its name. */
  id: string;
  name: string;
  endpoint: string;
  labels: Record<string, string>;
  remove(): Promise<unknown>;
}

/** Everything on an endpoint that carries an environment's label, in the order in which it can be removed. */
export const objectsOf = (endpoint: string, environment: string, abortSignal?: AbortSignal) =>
  objectsWith(endpoint, `io.trivet.environment=${environment}`, abortSignal);

/** The same by any `label=value`. */
export async function objectsWith(
  endpoint: string,
  label: string,
  abortSignal?: AbortSignal,
): Promise<EnvironmentObject[]> {
  const docker = dockerAt(endpoint);
  const filters = { label: [label] };
  const [containers, networks, { Volumes }] = await Promise.all([
    docker.listContainers({ all: true, filters, abortSignal }),
    docker.listNetworks({ filters, abortSignal }),
    docker.listVolumes({ filters, abortSignal }),
  ]);
  return [
    ...containers.map(
      ({ Id, Names, Labels }): EnvironmentObject => ({
        ...{ kind: "container", id: Id, name: Names[0]!.slice(1), endpoint, labels: Labels },
        remove: () => docker.getContainer(Id).remove({ force: true, v: true }),
      }),
    ),
    ...networks.map(
      ({ Id, Name, Labels }): EnvironmentObject => ({
        ...{ kind: "network", id: Id, name: Name, endpoint, labels: Labels ?? {} },
        remove: () => docker.getNetwork(Id).remove(),
      }),
    ),
    ...(Volumes ?? []).map(
      ({ Name, Labels }): EnvironmentObject => ({
        ...{ kind: "volume", id: Name, name: Name, endpoint, labels: Labels ?? {} },
        remove: () => docker.getVolume(Name).remove(),
      }),
    ),
  ];
}
