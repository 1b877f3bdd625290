import type { StoredDeployment } from "../../engine/engine.ts";
import type { EnvironmentObject } from "../objects.ts";
import type { StateRecord } from "./judge.ts";

/**
 * A state in which what was made anew under a recorded name, by a run that ended before it could say so, is recorded under the
 * id that it has.
 *
 * @returns the state, and the URNs of what it now records otherwise
 */
export function rebound(
  state: StoredDeployment,
  { state: identity, objects }: StateRecord,
  found: readonly EnvironmentObject[],
): { state: StoredDeployment; urns: string[] } {
  const ids = new Set(found.map(({ id }) => id));
  const successors = new Map(
    objects.flatMap(({ urn, kind, id, name }) => {
      const successor = found.find(
        (object) =>
          object.kind === kind && object.name === name && object.labels["io.trivet.state"] === identity && identity,
      );
      return successor && !ids.has(id) ? [[urn, successor.id] as const] : [];
    }),
  );
  const resources = state.resources?.map((resource) => {
    const id = !resource.delete && successors.get(resource.urn);
    return id ? { ...resource, id } : resource;
  });
  return { state: { ...state, resources }, urns: [...successors.keys()] };
}
