import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { UserError } from "../core/errors.ts";
import type { Host } from "../core/host.ts";
import type { ServiceName } from "./services.ts";

/** Changes what a component makes, where its arguments have no word for it. */
export interface Transform {
  /**
   * Is given what each container of the component is made of, and changes it in place or returns another one. `at` tells which
   * container it is. Limits, mounts, devices, environment, log driver, times to stop and the like can be changed; volumes, files,
   * labels, ports and capabilities can be added. What Trivet relies on stays as it is: name, image, command, entrypoint, network
   * mode, restart, the volumes of data.
   * @default nothing is changed
   * @example
   * (args, opts, { service }) => {
   *   if (service === "galera") args.memory = 8192; // MiB
   *   args.mounts = [{ type: "bind", source: "/srv/certificates", target: "/certificates", readOnly: true }];
   *   args.logDriver = "journald";
   *   args.logOpts = {};
   * }
   * @throws {UserError} from the component's constructor, where it changes what Trivet relies on
   */
  container?: (
    args: docker.ContainerArgs,
    opts: pulumi.CustomResourceOptions,
    at: { host: Host; service: ServiceName },
    // biome-ignore lint/suspicious/noConfusingVoidType: a function that changes them in place returns nothing
  ) => docker.ContainerArgs | void;
}

export const transformSchema = z.strictObject({
  container: z.custom((value) => typeof value === "function", "expected a function").optional(),
});

/** By these a container is found, kept running and judged. */
const fixed = ["name", "image", "command", "entrypoints", "networkMode", "restart", "mustRun"] as const;
/** Lists that may grow, and what tells their entries apart. */
const grown = { labels: "label", volumes: "containerPath", uploads: "file", ports: "internal" } as const;
const fixedOptions = ["parent", "provider", "deleteBeforeReplace"] as const;

type Entry = Record<string, unknown>;

/**
 * A container's arguments and options after the user's change of them.
 * @throws {UserError} that names the property that must stay as it is
 */
export function transformed(
  transform: Transform | undefined,
  args: docker.ContainerArgs,
  opts: pulumi.CustomResourceOptions,
  at: { host: Host; service: ServiceName },
): { args: docker.ContainerArgs; opts: pulumi.CustomResourceOptions } {
  if (!transform?.container) return { args, opts };
  const options = { ...opts, dependsOn: listOf(opts.dependsOn) } as pulumi.CustomResourceOptions;
  const given = copyOf(args);
  const made = transform.container(given, options, at) ?? given;
  const refuse = (property: string, expected: string): never => {
    throw new UserError(
      `The transform of ${at.service} on ${at.host.name} changes ${property}; expected ${expected}, since Trivet relies on it: leave it as it is.`,
    );
  };
  const changed = fixed.find((property) => !same(made[property], args[property]));
  if (changed) refuse(changed, "it as the component makes it");
  for (const [property, key] of Object.entries(grown) as [keyof typeof grown, string][]) {
    const own = (args[property] ?? []) as Entry[];
    if (own.length === 0) continue;
    const now = made[property] as unknown;
    if (!Array.isArray(now)) return refuse(property, "a list with those of the component in it");
    for (const entry of own) {
      const there = now.filter((other: Entry) => other[key] === entry[key]);
      if (there.length !== 1 || !same(there[0], entry)) {
        refuse(`${property} (${String(entry[key])})`, "those of the component as they are, and others beside them");
      }
    }
  }
  const paths = ((args.volumes ?? []) as Entry[]).map(({ containerPath }) => containerPath);
  const mounts: unknown = made.mounts ?? [];
  if (!Array.isArray(mounts)) return refuse("mounts", "a plain list");
  const covers = [...mounts.map(({ target }: Entry) => target), ...Object.keys(made.tmpfs ?? {})];
  const covered = covers.find((target) => paths.includes(target));
  if (covered !== undefined) refuse(`mounts (${String(covered)})`, "the component's volume there");
  const adds = (capabilities: docker.ContainerArgs["capabilities"]) =>
    ((capabilities as { adds?: string[] } | undefined)?.adds ?? []) as string[];
  const lost = adds(args.capabilities).find((capability) => !adds(made.capabilities).includes(capability));
  if (lost) refuse(`capabilities (${lost})`, "those of the component among them");
  const moved = fixedOptions.find((option) => options[option] !== opts[option]);
  if (moved) refuse(`the option ${moved}`, "it as the component makes it");
  const after = listOf(options.dependsOn);
  if (listOf(opts.dependsOn).some((resource) => !after.includes(resource))) {
    refuse("the option dependsOn", "what the component waits for among them");
  }
  return { args: made, opts: options };
}

const listOf = (resources: unknown): unknown[] =>
  resources === undefined ? [] : Array.isArray(resources) ? [...resources] : [resources];

/** Lists and their entries are the user's own to change: it is told from the originals whether one was. */
function copyOf(args: docker.ContainerArgs): docker.ContainerArgs {
  const copied = Object.entries(args).map(([property, value]) => [property, plainCopy(value)]);
  return Object.fromEntries(copied);
}

function plainCopy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainCopy);
  return isPlain(value)
    ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plainCopy(inner)]))
    : value;
}

const isPlain = (value: unknown): value is Entry =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** Plain values by what is in them, outputs of Pulumi by which one it is. */
function same(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((each, index) => same(each, other[index]));
  }
  if (!isPlain(one) || !isPlain(other)) return one === other;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) => same(one[key], other[key]));
}
