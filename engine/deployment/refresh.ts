import { InitFailure } from "../plugin/init-failure.ts";
import type { ResourceState } from "../state/resource.ts";
import { isProviderType, type Urn } from "../wire/urn.ts";
import { deepEqual, type Props, stripSecrets } from "../wire/values.ts";
import type { Deployment } from "./deployment.ts";
import { markSecretOutputs } from "./executor.ts";

/** Reads every managed resource, or the targets alone, and records what is really there; what is gone leaves the state. */
export async function refresh(deployment: Deployment, targets?: readonly Urn[]): Promise<void> {
  const { snapshot } = deployment;
  const managed = snapshot.prior.filter(
    (state) =>
      state.custom &&
      state.id &&
      !isProviderType(state.type) &&
      !state.delete &&
      !state.pendingReplacement &&
      (targets?.includes(state.urn) ?? true),
  );
  const gone = new Set<Urn>();
  await Promise.allSettled(
    managed.map(async (state) => {
      try {
        if (!(await refreshOne(state, deployment))) gone.add(state.urn);
      } catch (error) {
        // A look that writes nothing goes on: what it can't see is one host's.
        if (deployment.options.dryRun) deployment.reporter.error(error, state.urn);
        else deployment.fail(error, state.urn);
      }
    }),
  );
  if (gone.size > 0) for (const state of snapshot.remaining) forget(state, gone);
  await snapshot.save();
}

/** @returns whether the resource is still there */
async function refreshOne(state: ResourceState, deployment: Deployment): Promise<boolean> {
  const { snapshot, plugins } = deployment;
  const provider = await plugins.get(state.provider!);
  try {
    return await deployment.step("refresh", state.urn, async (found) => {
      const seen = await provider.read(state.urn, state.id!, state);
      if (!seen.id) {
        found({ op: "delete" });
        snapshot.remove(state);
        return false;
      }
      const before = { ...state };
      Object.assign(state, { id: seen.id, inputs: seen.inputs ?? state.inputs, outputs: seen.outputs });
      delete state.initErrors;
      markSecretOutputs(state);
      const diff = [...differing(before.inputs, state.inputs), ...differing(before.outputs, state.outputs)];
      // A provider that knows no secrets says nothing of what is one: as it was recorded it stays.
      if (diff.length === 0) Object.assign(state, { inputs: before.inputs, outputs: before.outputs });
      if (diff.length === 0 && !before.initErrors) {
        found({ op: "same" });
      } else {
        found({ op: "update", diff: [...new Set(diff)] });
        state.modified = new Date().toISOString();
        snapshot.touch();
      }
      return true;
    });
  } catch (error) {
    if (!(error instanceof InitFailure)) throw error;
    Object.assign(state, { outputs: error.outputs, initErrors: error.reasons });
    snapshot.touch();
    return true;
  }
}

/** Names of the properties whose values differ, whatever of them is a secret. */
function differing(before: Props, after: Props): string[] {
  const [old, seen] = [stripSecrets(before), stripSecrets(after)];
  return [...new Set([...Object.keys(old), ...Object.keys(seen)])].filter((key) => !deepEqual(old[key], seen[key]));
}

/** A state that names what is not there is no valid state. */
function forget(state: ResourceState, gone: ReadonlySet<Urn>): void {
  const isThere = (urn: Urn): boolean => !gone.has(urn);
  state.dependencies = state.dependencies.filter(isThere);
  const properties = Object.entries(state.propertyDependencies);
  state.propertyDependencies = Object.fromEntries(
    properties.map(([name, urns]) => [name, urns?.filter(isThere) ?? []]),
  );
  if (state.deletedWith && gone.has(state.deletedWith)) delete state.deletedWith;
  if (state.parent && gone.has(state.parent)) delete state.parent;
}
