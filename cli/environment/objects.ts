import { dockerAt } from "../../hosts/endpoint.ts";

/** Something of Docker that carries an environment's label. */
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
export async function objectsOf(
  endpoint: string,
  environment: string,
  abortSignal?: AbortSignal,
): Promise<EnvironmentObject[]> {
  const docker = dockerAt(endpoint);
  const filters = { label: [`io.trivet.environment=${environment}`] };
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
