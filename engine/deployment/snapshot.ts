import type { Checkpoint } from "../state/checkpoint.ts";
import type { PendingOperation, ResourceState } from "../state/resource.ts";
import type { Crypter } from "../state/secrets.ts";
import { parseProviderReference, providerReference, type Urn } from "../wire/urn.ts";

/**
 * The state of the stack while it changes: at every moment what the next run would have to know. Finished states come
 * first, then the prior ones that nothing has superseded yet; so each resource stands after those it depends on.
 */
export class Snapshot {
  /** As the run found it. Marks (`delete`, `pendingReplacement`) are set on these. */
  readonly prior: readonly ResourceState[];
  readonly #finished = new Set<ResourceState>();
  readonly #gone = new Set<ResourceState>();
  /** Creations that an earlier run began and never ended. */
  readonly #interrupted: Set<PendingOperation>;
  readonly #running = new Map<ResourceState, PendingOperation>();
  readonly #renamed = new Map<Urn, Urn>();
  readonly #store: { checkpoint: Checkpoint; crypter: Crypter } | undefined;
  #dirty = false;
  #writing: Promise<void> | undefined;
  #queued: Promise<void> | undefined;

  /** @param store where to write; nowhere in a preview */
  constructor(
    prior: ResourceState[],
    interrupted: Iterable<PendingOperation>,
    store: { checkpoint: Checkpoint; crypter: Crypter } | undefined,
  ) {
    this.prior = prior;
    this.#interrupted = new Set(interrupted);
    this.#store = store;
  }

  /** The prior states that are still there. */
  get remaining(): ResourceState[] {
    return this.prior.filter((state) => !this.#gone.has(state));
  }

  get resources(): ResourceState[] {
    return [...this.#finished, ...this.remaining].map((state) => this.#withNewNames(state));
  }

  /** The finished states and the prior ones, in which a reference can be looked up. */
  find(test: (state: ResourceState) => boolean): ResourceState | undefined {
    for (const state of this.#finished) if (test(state)) return state;
    return this.prior.find(test);
  }

  /**
   * Puts a new state in, in place of the one it supersedes, and ends the operation that led to it: in one step, so that
   * no save can come between.
   *
   * @param worthSaving false when nothing recorded changed: then it need not reach the disk
   */
  finish(state: ResourceState, supersedes?: ResourceState, worthSaving = true): void {
    this.#finished.add(state);
    this.#running.delete(state);
    if (supersedes) this.#gone.add(supersedes);
    if (worthSaving) this.#dirty = true;
  }

  /** A finished state was changed in place, or a prior one marked. */
  touch(): void {
    this.#dirty = true;
  }

  remove(state: ResourceState): void {
    this.#gone.add(state);
    this.#running.delete(state);
    this.#dirty = true;
  }

  rename(from: Urn, to: Urn): void {
    this.#renamed.set(from, to);
  }

  begin(type: PendingOperation["type"], state: ResourceState): void {
    this.#running.set(state, { type, resource: { ...state } });
    this.#dirty = true;
  }

  /** The operation is over and led to no new state. */
  end(state: ResourceState): void {
    if (this.#running.delete(state)) this.#dirty = true;
  }

  forgetInterrupted(operation: PendingOperation): void {
    if (this.#interrupted.delete(operation)) this.#dirty = true;
  }

  /** Durable once resolved. Callers that come while a write is running share the next one. */
  save(): Promise<void> {
    if (!this.#store || !this.#dirty) return this.#writing ?? Promise.resolve();
    if (this.#writing) {
      this.#queued ??= this.#writing
        .catch(() => {})
        .then(() => {
          this.#queued = undefined;
          return this.save();
        });
      return this.#queued;
    }
    this.#dirty = false;
    const { checkpoint, crypter } = this.#store;
    const deployment = { resources: this.resources, pending: [...this.#interrupted, ...this.#running.values()] };
    this.#writing = checkpoint
      .write(deployment, crypter)
      .catch((error: unknown) => {
        this.#dirty = true;
        throw error;
      })
      .finally(() => {
        this.#writing = undefined;
      });
    return this.#writing;
  }

  /** After an alias took effect, prior states still name the old URN. */
  #withNewNames(state: ResourceState): ResourceState {
    if (this.#renamed.size === 0) return state;
    const current = (urn: Urn): Urn => this.#renamed.get(urn) ?? urn;
    const reference = (provider: string): string => {
      const { urn, id } = parseProviderReference(provider);
      return providerReference(current(urn), id);
    };
    const properties = Object.entries(state.propertyDependencies);
    return {
      ...state,
      dependencies: state.dependencies.map(current),
      propertyDependencies: Object.fromEntries(properties.map(([name, urns]) => [name, urns?.map(current) ?? []])),
      ...(state.parent && { parent: current(state.parent) }),
      ...(state.provider && { provider: reference(state.provider) }),
      ...(state.deletedWith && { deletedWith: current(state.deletedWith) }),
    };
  }
}
