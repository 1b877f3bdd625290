import type { StoredDeployment } from "../../engine/engine.ts";
import { endpointsIn } from "../endpoints.ts";
import type { EnvironmentObject } from "../objects.ts";

/** What the state records of an object of Docker. */
export interface RecordedObject {
  urn: string;
  kind: EnvironmentObject["kind"];
  /** Of a volume its name. */
  id: string;
  name: string;
  /** Of the provider that manages it; undefined is this machine's. */
  endpoint?: string;
}

/** What the state says about the environment's objects. */
export interface StateRecord {
  /** The identity of the state, which is the label `io.trivet.state` of what it makes; undefined before it is made. */
  state?: string;
  objects: RecordedObject[];
  /** Names of what a run was making when it ended: it may be there under an id that nobody recorded. */
  unfinished: string[];
}

/** Whose the objects of an environment are, and which are not there. */
export interface Ownership {
  /** Made by another state. */
  foreign: EnvironmentObject[];
  /** Made by this state after this copy of it was written: another copy of it has gone on. */
  newer: EnvironmentObject[];
  /** Recorded and not there. */
  missing: RecordedObject[];
}

/** Whose an environment is, and what that was found from. */
export interface Look extends Ownership {
  environment: string;
  /** Of this clone; undefined where it records nothing. */
  state?: StoredDeployment;
  recorded: RecordedObject[];
  found: EnvironmentObject[];
}

const KINDS: { [type: string]: EnvironmentObject["kind"] } = {
  "docker:index/container:Container": "container",
  "docker:index/network:Network": "network",
  "docker:index/volume:Volume": "volume",
};

/** How the URN of the identity ends (stacks/hosts.ts), also as earlier versions recorded it. */
const IDENTITIES = ["::trivet:index:StateIdentity::state", "::pulumi-nodejs:dynamic:Resource::state"];

/** Reads a state as it is exported: nothing of this is secret. */
export function recordOf(state: StoredDeployment | undefined): StateRecord {
  const { resources = [], pending_operations = [] } = state ?? {};
  const endpointOf = endpointsIn(resources);
  const unfinished = pending_operations.flatMap(({ resource: { type, inputs } }) =>
    type in KINDS && typeof inputs?.name === "string" ? [inputs.name] : [],
  );
  return {
    state: resources.find(({ urn }) => IDENTITIES.some((ending) => urn.endsWith(ending)))?.id,
    objects: resources.flatMap((resource) => {
      const { urn, type, id, inputs, delete: superseded, pendingReplacement } = resource;
      const kind = KINDS[type];
      const name = inputs?.name;
      if (!kind || !id || typeof name !== "string" || superseded || pendingReplacement) return [];
      const endpoint = endpointOf(resource);
      return [{ urn, kind, id, name, ...(endpoint !== undefined && { endpoint }) }];
    }),
    unfinished,
  };
}

/**
 * Compares what is there with what the state knows. An object without the label was made before there was one: then its id
 * tells; a volume's id is its name, and one that the state does not name may be kept on purpose (`trivet forget`).
 *
 * @param endpoints those that answered; `local` is the one of objects whose provider names none
 */
export function judgeOwner(
  all: readonly EnvironmentObject[],
  { state, objects, unfinished }: StateRecord,
  endpoints: readonly string[],
  local: string,
): Ownership {
  // The program's own say their failure domain; a guard of the chaos suite or the copy of the state does not.
  const found = all.filter(({ labels }) => labels["io.trivet.domain"] !== undefined);
  const ids = new Set(objects.map(({ kind, id }) => `${kind} ${id}`));
  const whose = (object: EnvironmentObject): "own" | "newer" | "foreign" => {
    const label = object.labels["io.trivet.state"];
    if (ids.has(`${object.kind} ${object.id}`) || unfinished.includes(object.name)) return "own";
    if (label !== undefined && label === state) return object.kind === "volume" ? "own" : "newer";
    if (label === undefined && object.kind === "volume" && objects.length > 0) return "own";
    return "foreign";
  };
  const there = new Set(found.map(({ kind, id }) => `${kind} ${id}`));
  return {
    foreign: found.filter((object) => whose(object) === "foreign"),
    newer: found.filter((object) => whose(object) === "newer"),
    missing: objects.filter(
      ({ kind, id, name, endpoint = local }) =>
        endpoints.includes(endpoint) && !there.has(`${kind} ${id}`) && !unfinished.includes(name),
    ),
  };
}
