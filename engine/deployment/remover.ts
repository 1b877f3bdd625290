import { UserError } from "../../core/errors.ts";
import { dependenciesOf, type PendingOperation, type ResourceState } from "../state/resource.ts";
import { isProviderType, type Urn } from "../wire/urn.ts";
import type { Deployment } from "./deployment.ts";

/** Deletes resources, each after all that depend on it. */
export class Remover {
  readonly #deployment: Deployment;
  readonly #cleared = new Map<ResourceState, Promise<void>>();
  readonly #removed = new Map<ResourceState, Promise<void>>();
  /** URNs of what goes or went in this run: `deletedWith` asks. */
  readonly #doomedUrns = new Set<Urn>();

  constructor(deployment: Deployment) {
    this.#deployment = deployment;
  }

  /** Deletes the old resource of a replacement before the new one is there. */
  async clear(old: ResourceState): Promise<void> {
    this.#doomedUrns.add(old.urn);
    const { snapshot } = this.#deployment;
    await once(this.#cleared, old, async () => {
      if (!old.pendingReplacement) await this.#delete(old);
      old.pendingReplacement = true;
      snapshot.end(old);
      snapshot.touch();
      await snapshot.save();
    });
  }

  /**
   * Deletes, in parallel as far as dependencies allow, all prior resources that the program has no longer (`keeps`), and
   * what replacements left. Protected ones stay, with all that they need; that is then an error.
   */
  async removeAllBut(keeps: (state: ResourceState) => boolean): Promise<void> {
    const { snapshot } = this.#deployment;
    await this.#finishInterrupted();
    const unwanted = snapshot.remaining.filter((state) => state.delete || !keeps(state));
    const held = neededByProtected(unwanted);
    const doomed = unwanted.filter((state) => !held.has(state));
    for (const state of doomed) this.#doomedUrns.add(state.urn);

    const dependents = dependentsOf(doomed);
    const remove = (state: ResourceState): Promise<void> =>
      once(this.#removed, state, async () => {
        await Promise.all(dependents.get(state)!.map(remove));
        const work = async (): Promise<void> => {
          if (!state.pendingReplacement) await this.#delete(state);
          snapshot.remove(state);
          await snapshot.save();
        };
        // What a replacement left was counted with it.
        const step = this.#deployment.step("delete", state.urn, work, { counted: !state.delete });
        await step.catch((error: unknown) => {
          this.#deployment.fail(error, state.urn);
          throw error;
        });
      });
    await Promise.allSettled(doomed.map(remove));
    for (const state of held) {
      if (!state.protect) continue;
      const error = new UserError('It is protected. Take the option "protect" away and run up, then delete it.');
      this.#deployment.fail(error, state.urn);
    }
  }

  async #delete(state: ResourceState): Promise<void> {
    const { options, plugins } = this.#deployment;
    const goesByItself = state.deletedWith !== undefined && this.#doomedUrns.has(state.deletedWith);
    const managed = state.custom && !isProviderType(state.type) && !state.external && !state.retainOnDelete;
    if (!managed || goesByItself || options.dryRun || !state.id) return;
    const provider = await plugins.get(state.provider!);
    const timeout = state.customTimeouts?.delete ?? 0;
    await this.#deployment.operate("deleting", state, () => provider.delete(state.urn, state.id!, state, timeout));
  }

  /**
   * A creation that an earlier run never ended, of a resource that nothing creates in this run: what it made may be
   * there, under an id that nobody knows. Creating it again lets the provider find it; then it can be deleted.
   */
  async #finishInterrupted(): Promise<void> {
    if (this.#deployment.options.dryRun) return;
    await Promise.allSettled([...this.#deployment.interrupted.values()].map((operation) => this.#finish(operation)));
  }

  async #finish({ resource }: PendingOperation): Promise<void> {
    const { urn, inputs } = resource;
    const { plugins, reporter, snapshot } = this.#deployment;
    reporter.log("info", "its creation was interrupted by the end of an earlier run: finding it, to delete it", urn);
    try {
      const provider = await plugins.get(resource.provider!);
      const timeout = resource.customTimeouts?.create ?? 0;
      const state = { ...resource, ...(await provider.create(urn, inputs, timeout, false)) };
      await provider.delete(urn, state.id, state, state.customTimeouts?.delete ?? 0);
      this.#deployment.resolveInterrupted(urn);
      await snapshot.save();
    } catch (error) {
      this.#deployment.fail(error, urn);
    }
  }
}

/**
 * What each of the states has to wait for. A state stands after those it depends on; two may have the same URN (a
 * replacement and what it left), and then the order tells which of them is meant.
 */
function dependentsOf(states: ResourceState[]): Map<ResourceState, ResourceState[]> {
  const waits = new Map(states.map((state) => [state, dependenciesOf(state)]));
  return new Map(
    states.map((state, at) => [state, states.slice(at + 1).filter((later) => waits.get(later)!.has(state.urn))]),
  );
}

/** Whoever comes second waits for what the first began. */
function once(
  begun: Map<ResourceState, Promise<void>>,
  state: ResourceState,
  work: () => Promise<void>,
): Promise<void> {
  const promise = begun.get(state) ?? work();
  begun.set(state, promise);
  return promise;
}

/** The protected resources among them, and everything that those depend on. */
function neededByProtected(states: ResourceState[]): Set<ResourceState> {
  const byUrn = new Map(states.map((state) => [state.urn, state]));
  const needed = new Set<ResourceState>();
  const need = (state: ResourceState): void => {
    if (needed.has(state)) return;
    needed.add(state);
    for (const urn of dependenciesOf(state)) {
      const dependency = byUrn.get(urn);
      if (dependency) need(dependency);
    }
  };
  // What a replacement left is no longer protected: its successor is.
  for (const state of states) if (state.protect && !state.delete) need(state);
  return needed;
}
