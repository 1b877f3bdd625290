import { UserError } from "../../core/errors.ts";
import type { Inventory } from "../../core/inventory.ts";
import { listed } from "../../core/problem.ts";
import { withDocker } from "../../hosts/reach.ts";
import type { Settings } from "../../stacks/settings.ts";
import type { StoredDeployment } from "../engine/engine.ts";
import { endpointsIn } from "./endpoints.ts";

type Recorded = Pick<Inventory, "hosts">;
type Wanted = Pick<Settings, "hosts" | "lab">;

/** Hosts of the record that the settings name no longer, or elsewhere. */
export function left(recorded: Recorded, { hosts, lab }: Wanted): Inventory["hosts"] {
  if (lab) return [];
  return recorded.hosts.filter(({ endpoint }) => !hosts.some((host) => host.endpoint === endpoint));
}

/**
 * Refuses a host that lives on where it was while the settings have it elsewhere: what runs there would go on, and be nobody's.
 *
 * @param alive endpoints that answer
 */
export function mustNotMove(recorded: Recorded, wanted: Wanted, alive: readonly string[]): void {
  const moved = left(recorded, wanted)
    .filter(({ endpoint }) => alive.includes(endpoint))
    .flatMap(({ name, endpoint }) => {
      const now = wanted.hosts.find((host) => host.name === name);
      return now
        ? [`${name} was reached at ${endpoint}, where it answers, and is given the endpoint ${now.endpoint}`]
        : [];
    });
  if (moved.length === 0) return;
  throw new UserError(
    `${listed(moved)}. Expected the same endpoint while a machine of that name is there, since what runs on it would go on and be nobody's. ` +
      "Give the new machine another name and bring it up, then take the old one out of the settings: it leaves in good order. Nothing was touched.",
  );
}

export type Gone = Inventory["hosts"][number];

/** Milliseconds in which a host that is there says so. */
const PATIENCE = 15_000;

/**
 * Hosts that the settings name no more, and that don't answer.
 *
 * @throws {UserError} when one that answers is named elsewhere
 */
export async function goneHosts(recorded: Recorded, wanted: Wanted): Promise<Gone[]> {
  const candidates = left(recorded, wanted);
  const silent = await silentOf(candidates);
  const alive = candidates.filter((host) => !silent.includes(host));
  mustNotMove(
    recorded,
    wanted,
    alive.map(({ endpoint }) => endpoint),
  );
  return silent;
}

/** Those whose Docker does not answer. */
export async function silentOf<Host extends { name: string; endpoint: string }>(
  hosts: readonly Host[],
): Promise<Host[]> {
  const answers = await Promise.all(
    hosts.map(({ name, endpoint }) =>
      withDocker(endpoint, { within: PATIENCE }, name, (docker) => docker.ping()).then(
        () => true,
        () => false,
      ),
    ),
  );
  return hosts.filter((_, index) => !answers[index]);
}

/** What became of a state without what was on some hosts. */
export interface Forgotten {
  state: StoredDeployment;
  /** Names of what is recorded no more: containers, networks, volumes, images. */
  names: string[];
}

/**
 * A state that knows nothing more of hosts that are gone: nobody can remove what was there. What belongs to other hosts stays, without
 * what it once waited for there. Pure.
 */
export function withoutHosts(state: StoredDeployment, endpoints: readonly string[]): Forgotten {
  const { resources = [], pending_operations = [] } = state;
  const endpointOf = endpointsIn(resources);
  const isGone = (resource: (typeof resources)[number]): boolean => {
    const { type, provider, inputs } = resource;
    if (type === "pulumi:providers:docker") return endpoints.includes(String(inputs?.host));
    const own = endpointOf({ provider }) ?? (typeof inputs?.endpoint === "string" ? inputs.endpoint : undefined);
    return own !== undefined && endpoints.includes(own);
  };
  const gone = resources.filter(isGone);
  const urns = new Set(gone.map(({ urn }) => urn));
  const stays = (urn: string) => !urns.has(urn as never);
  const kept = resources
    .filter((resource) => !isGone(resource))
    .map((resource) => ({
      ...resource,
      ...(resource.dependencies && { dependencies: resource.dependencies.filter(stays) }),
      ...(resource.propertyDependencies && {
        propertyDependencies: Object.fromEntries(
          Object.entries(resource.propertyDependencies).map(([name, of]) => [name, (of ?? []).filter(stays)]),
        ),
      }),
    }));
  const operations = pending_operations.filter(({ resource }) => stays(resource.urn) && !isGone(resource));
  return {
    state: { ...state, resources: kept, ...(state.pending_operations && { pending_operations: operations }) },
    names: gone.flatMap(({ type, inputs }) =>
      type.startsWith("docker:") && typeof inputs?.name === "string" ? [inputs.name] : [],
    ),
  };
}

/** What is said of a host that is gone for good. */
export const goneText = (environment: string, { name, endpoint }: { name: string; endpoint: string }): string =>
  `${name} (${endpoint}) does not answer, and the settings name it no more there: what is recorded of it is forgotten, and it is let into the database's cluster no more. ` +
  `Should that machine come back, remove what runs there before it meets the others: docker rm -f $(docker ps -aq --filter label=io.trivet.environment=${environment})`;
