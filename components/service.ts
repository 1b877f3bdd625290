import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../core/host.ts";
import type { ServiceRecord } from "../core/inventory.ts";
import type { Capability } from "../core/service.ts";
import { logLimits } from "../hosts/logs.ts";
import { ConfigFiles } from "./files/index.ts";
import { type ClusterPlace, HealthGate } from "./health.ts";
import { factsOf, type ServiceName } from "./services.ts";
import { type Transform, transformed } from "./transform.ts";

/** A file that is in the container before its first process starts. A change replaces the container. */
export interface ContainerFile {
  path: string;
  /** A secret stays a secret: it goes in as an upload, never through the environment. */
  content: pulumi.Input<string>;
  /** Octal, `"0644"` unless given. The owner is root: an entrypoint changes it where a daemon needs that. */
  mode?: string;
}

/** Describes one service's container. */
export interface ServiceArgs {
  host: Host;
  /** The last part of the container's name, and the service's name in the inventory. */
  service: ServiceName;
  image: pulumi.Input<string>;
  command?: string[];
  files?: ContainerFile[];
  /** Files that the running service takes in place: a change of them replaces nothing (see ConfigFiles). */
  settings?: { folder: string; files: Record<string, string>; apply: string[] };
  /** Named volumes, path in the container by short name: `{ data: "/var/lib/mysql" }` is `<container>-data`. */
  volumes?: Record<string, string>;
  /**
   * The volumes stay when the service is removed, until somebody removes them (`trivet forget`), and the same service on the
   * same host takes them up again.
   */
  keepVolumes?: boolean;
  /** Of the capabilities that the service's facts name, those that it does without here. */
  lessCapabilities?: Capability[];
  ports?: docker.types.input.ContainerPort[];
  /**
   * True waits for the image's `health` script: `healthy` then counts as created only when this node is fit, which is what
   * makes a rolling change wait for each node.
   */
  gated?: boolean;
  /** How long the gate waits for a gated node to be fit: 300 s unless given. `raise`: a sentence on how to wait longer. */
  patience?: { seconds?: number; raise: string };
  /** For a gated node whose `health` tells `clusterSize`: it counts as created only once the cluster has its full size, too. */
  cluster?: ClusterPlace;
  /** Hosts among the later ones of that cluster that a change of this node does not wait for. */
  without?: string[];
  /** What the user of the component changes on the container. */
  transform?: Transform;
  /** Seconds between SIGTERM and SIGKILL, 60 unless given. */
  stopTimeout?: number;
  /** The same when the container is removed, also to be made anew: `stopTimeout` unless given. */
  removeTimeout?: number;
}

/** Seconds that a gate waits for health unless told otherwise. */
export const GATE_TIMEOUT = 300;

/**
 * Labels by which everything of an environment is found again, and told from what is not ours: `state` is the identity of the
 * state that it belongs to, left out where there is none.
 */
export function labels(
  { environment, state }: Pick<Host, "environment" | "state">,
  more: Record<string, string> = {},
): { label: string; value: pulumi.Input<string> }[] {
  const all: Record<string, pulumi.Input<string>> = { environment, ...(state && { state }), ...more };
  return Object.keys(all)
    .sort()
    .map((key) => ({ label: `io.trivet.${key}`, value: all[key]! }));
}

/** `trivet-<environment>-<host>[-<service>]` */
export function containerName(host: Pick<Host, "environment" | "name">, service?: string): string {
  return ["trivet", host.environment, host.name, service].filter(Boolean).join("-");
}

/** The record of a service on a host, as it goes into the inventory. */
export function serviceRecord(host: Host, service: ServiceName): ServiceRecord {
  const { name, domain, address, endpoint } = host;
  return { service, host: name, domain, address, endpoint, container: containerName(host, service) };
}

/** A service that was created, and what to depend on for it to be fit (the container itself when it is not gated). */
export interface Service {
  container: docker.Container;
  healthy: pulumi.Resource;
}

/** No more of root's power than the service's facts name, and none that a file could give back (docs/decisions/0050). */
function confined(service: ServiceName, less: readonly Capability[] = []) {
  const adds = factsOf(service).capabilities.filter((capability) => !less.includes(capability));
  return {
    capabilities: { drops: ["ALL"], adds: [...adds].sort() },
    securityOpts: ["no-new-privileges:true"],
  } satisfies Partial<docker.ContainerArgs>;
}

function containerArgs(args: ServiceArgs, volumes: docker.types.input.ContainerVolume[]): docker.ContainerArgs {
  const { host, service } = args;
  return {
    name: containerName(host, service),
    image: args.image,
    command: args.command,
    networkMode: host.networkMode,
    restart: "unless-stopped",
    labels: labels(host, { domain: host.domain, host: host.name, service }),
    volumes,
    uploads: args.files?.map(({ path, content, mode }) => ({ file: path, content, permissions: mode ?? "0644" })),
    ...confined(service, args.lessCapabilities),
    ports: args.ports,
    logDriver: logLimits.driver,
    logOpts: logLimits.options,
    stopTimeout: args.stopTimeout ?? 60,
    destroyGraceSeconds: args.removeTimeout ?? args.stopTimeout ?? 60,
    mustRun: true,
  };
}

/** The volumes of a service, by the names that Docker knows them by. */
const volumesOf = ({ host, service, volumes = {} }: ServiceArgs) =>
  Object.entries(volumes).map(([short, containerPath]) => ({
    short,
    name: `${containerName(host, service)}-${short}`,
    containerPath,
  }));

/** Changes with what a transform makes of the container, for what looks at a cluster before its containers change. */
export function shapeOf(args: ServiceArgs): pulumi.Output<string> {
  const { host, service, transform } = args;
  const volumes = volumesOf(args).map(({ name, containerPath }) => ({ volumeName: name, containerPath }));
  const { args: made } = transformed(transform, containerArgs(args, volumes), {}, { host, service });
  return pulumi.output(made).apply((all) => JSON.stringify(all));
}

/** Creates one service's volumes and container on its host, and its gate. `opts.parent` is the component. */
export function serviceContainer(args: ServiceArgs, opts: pulumi.CustomResourceOptions): Service {
  const { host, service } = args;
  const name = containerName(host, service);
  const marks = labels(host, { domain: host.domain, host: host.name, service });
  const options = { provider: host.provider, ...opts };
  // Labels of a volume can't be changed without its data: it keeps those that it was made with.
  const keep = { retainOnDelete: args.keepVolumes, ignoreChanges: ["labels"] };
  const volumes = volumesOf(args).map(({ short, name, containerPath }) => {
    const volume = new docker.Volume(
      `${host.name}-${service}-${short}`,
      { name, labels: marks },
      { ...options, ...keep },
    );
    return { volumeName: volume.name, containerPath };
  });
  const { args: made, opts: containerOptions } = transformed(
    args.transform,
    containerArgs(args, volumes),
    // A container's name and its host's ports can be held only once.
    { deleteBeforeReplace: true, ...options },
    { host, service },
  );
  const container = new docker.Container(
    `${host.name}-${service}`,
    // By its name it can be asked for its health from beside it (images/base/answer-health).
    { ...made, envs: pulumi.output(made.envs).apply((envs = []) => [...envs, `TRIVET_CONTAINER=${name}`]) },
    containerOptions,
  );
  const settings =
    args.settings &&
    new ConfigFiles(
      `${host.name}-${service}-settings`,
      { endpoint: host.endpoint, container: name, containerId: container.id, ...args.settings },
      { parent: opts.parent, dependsOn: opts.dependsOn },
    );
  if (!args.gated) return { container, healthy: settings ?? container };
  const healthy = new HealthGate(
    `${host.name}-${service}-healthy`,
    {
      endpoint: host.endpoint,
      container: name,
      containerId: container.id,
      timeout: args.patience?.seconds ?? GATE_TIMEOUT,
      raise: args.patience?.raise,
      cluster: args.cluster,
      without: args.without,
      settings: args.settings && JSON.stringify(args.settings.files),
    },
    { parent: opts.parent, dependsOn: settings && [settings] },
  );
  return { container, healthy };
}
