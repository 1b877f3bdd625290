import { isRemote } from "../../core/endpoint.ts";
import { UserError } from "../../core/errors.ts";
import type { Inventory } from "../../core/inventory.ts";
import { catalogue } from "./catalogue.ts";
import type { Fault, FaultSpec } from "./fault.ts";
import { addressOf, containersOn, type Kind, type Level, levels, markOf, services } from "./kind.ts";

export type { Fault, FaultSpec };
export { catalogue };

/**
 * What is to be done on each Docker endpoint for a fault: one plan each.
 *
 * @throws {UserError} when there is no such fault or target, or the fault can't be done to it
 */
export function plan(inventory: Inventory, spec: FaultSpec): Fault[] {
  const kind = kindOf(spec);
  for (const host of spec.hosts) addressOf(inventory, host);
  const real = spec.hosts.find((host) => isRemote(endpointOf(inventory, host)));
  if (kind.notOnRealHosts && real) {
    throw new UserError(
      `The fault "${spec.fault}" is not done to a real host such as ${real}: ${kind.notOnRealHosts}. Try it on a lab.`,
    );
  }
  if ("plan" in kind) return kind.plan(spec, inventory);
  const endpoints = Map.groupBy(spec.hosts, (host) => endpointOf(inventory, host));
  return [...endpoints].map(([endpoint, hosts]) => {
    const id = [spec.fault, spec.service, "on", hosts.join(", "), worded(spec.with)].filter(Boolean).join(" ");
    const targets = { inventory, spec, hosts, mark: markOf(id) };
    if (spec.service) {
      const without = hosts.find((host) => containersOn(targets, host, spec.service).length === 0);
      if (without)
        throw new UserError(`"${id}": there is no ${spec.service} on ${without}. Choose a host that has one.`);
    }
    const hurt = kind.hurtsNobody ? [] : [...hosts, ...(kind.alsoHurts?.(spec) ?? [])];
    return {
      id,
      name: spec.fault,
      endpoint,
      hosts: hurt,
      ...(kind.network && { network: true }),
      ...kind.script(targets),
    };
  });
}

function kindOf(spec: FaultSpec): Kind {
  const kind = catalogue.find(({ name }) => name === spec.fault);
  const what = `The fault "${spec.fault}"`;
  if (!kind) {
    throw new UserError(`${what} is unknown; there are ${catalogue.map(({ name }) => name).join(", ")}.`);
  }
  if (spec.service && kind.otherwise && !kind.services?.includes(spec.service)) {
    throw new UserError(
      `${what} can't be done to ${spec.service}: ${kind.otherwise}. Choose ${kind.services?.join(", ")}.`,
    );
  }
  if (spec.hosts.length === 0) throw new UserError(`${what} has no hosts: name one at least.`);
  return kind;
}

const endpointOf = ({ services }: Inventory, host: string): string =>
  services.find((record) => record.host === host)!.endpoint;

const worded = (parameters: FaultSpec["with"]): string =>
  parameters
    ? `(${Object.entries(parameters)
        .map(([name, value]) => `${name} ${value}`)
        .join(", ")})`
    : "";

/** What can't be done, and why: by fault, service and level. */
export interface NotApplicable {
  fault: string;
  /** `all` for a level that a fault has for no service. */
  service: string;
  /** `all` for a service that a fault has at no level. */
  level: Level | "all";
  reason: string;
}

/** What of faults × services × levels is not there in an environment, with the reason. */
export function notApplicable(inventory: Inventory): NotApplicable[] {
  return catalogue.flatMap((kind) => [
    ...without(inventory, kind).map(({ service, reason }) => ({
      fault: kind.name,
      service,
      level: "all" as const,
      reason,
    })),
    ...levels
      .filter((level) => !kind.levels.includes(level))
      .map((level) => ({ fault: kind.name, service: "all", level, reason: missing[level] })),
  ]);
}

/** Why a fault lacks a level. */
const missing: Record<Level, string> = {
  node: "it is a fault of links between domains",
  domain: "it is a fault of links between named hosts",
  pair: "it is a fault of hosts and what runs on them, not of links between them",
  all: "cutting every link is to cut off every host",
};

/** Services that a kind is not done to, one by one. */
function without(inventory: Inventory, kind: Kind): { service: string; reason: string }[] {
  const there = new Set(inventory.services.map(({ service }) => service));
  return services.flatMap((service) => {
    if (!there.has(service)) return [{ service, reason: "the environment has none" }];
    if (kind.notOnRealHosts && inventory.services.every(({ endpoint }) => isRemote(endpoint)))
      return [{ service, reason: kind.notOnRealHosts }];
    if (!kind.services) return [{ service, reason: "it is a fault of the whole host, and of all that runs there" }];
    return kind.services.includes(service) ? [] : [{ service, reason: kind.otherwise! }];
  });
}

/** A kind of fault, and what of an environment it can be done to. */
export interface Applicable {
  fault: string;
  title: string;
  /** Services, and `whole host`. */
  targets: string[];
  levels: readonly Level[];
  notApplicable: { service: string; reason: string }[];
}

export function applicable(inventory: Inventory): Applicable[] {
  return catalogue.map((kind) => {
    const notApplicable = kind.services ? without(inventory, kind) : [];
    const can = (kind.services ?? []).filter((service) => !notApplicable.some((one) => one.service === service));
    const targets = [...can, ...(kind.wholeHost || !kind.services ? ["whole host"] : [])];
    return { fault: kind.name, title: kind.title, targets, levels: kind.levels, notApplicable };
  });
}

/** Rows for people: fault, services, levels, and what it does or why it can't be. */
export function matrix(inventory: Inventory): string[][] {
  return applicable(inventory).flatMap(({ fault, title, targets, levels, notApplicable }) => [
    [fault, targets.join(", "), levels.join(", "), title],
    ...[...Map.groupBy(notApplicable, ({ reason }) => reason)].map(([reason, those]) => [
      "",
      those.map(({ service }) => service).join(", "),
      "-",
      `not applicable: ${reason}`,
    ]),
  ]);
}
