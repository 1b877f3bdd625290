import pLimit from "p-limit";
import { Cancelled } from "../errors.ts";
import type { Op } from "../events.ts";
import { InitFailure } from "../plugin/init-failure.ts";
import { type PluginHost, ProviderGone } from "../plugin/provider.ts";
import type { PendingOperation, ResourceState } from "../state/resource.ts";
import type { Urn } from "../wire/urn.ts";
import { Plugins } from "./plugins.ts";
import type { Finding, Reporter, StepDetails } from "./reporter.ts";
import type { Snapshot } from "./snapshot.ts";

export interface DeploymentOptions {
  stack: string;
  project: string;
  /** A preview: providers are asked, nothing is changed. */
  dryRun: boolean;
  /** How many steps are under way at a time. */
  parallel: number;
  /** Only these change; all else that is recorded stays as it is. Undefined: all. */
  targets?: ReadonlySet<Urn>;
}

/** One run over a stack: what its parts (steps, removals, refresh) share, and when it is over. */
export class Deployment {
  readonly options: DeploymentOptions;
  readonly snapshot: Snapshot;
  readonly reporter: Reporter;
  readonly plugins: Plugins;
  /** Creations that an earlier run began and never ended: what they made may be there, unrecorded. */
  readonly interrupted: Map<Urn, PendingOperation>;
  /** Resolves at the first failure or interruption. */
  readonly over: Promise<void>;
  #end!: () => void;
  #stopped = false;
  readonly #slot: ReturnType<typeof pLimit>;
  readonly #running = new Set<Promise<unknown>>();

  constructor(
    options: DeploymentOptions,
    snapshot: Snapshot,
    reporter: Reporter,
    host: PluginHost,
    interrupted: PendingOperation[],
  ) {
    this.options = options;
    this.snapshot = snapshot;
    this.reporter = reporter;
    this.plugins = new Plugins(snapshot, host);
    this.interrupted = new Map(interrupted.map((operation) => [operation.resource.urn, operation]));
    this.over = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#slot = pLimit(options.parallel);
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Whether a resource may be changed in this run. */
  isTarget(urn: Urn): boolean {
    return this.options.targets?.has(urn) ?? true;
  }

  /** From now on no operation starts; those that run go on to their end. */
  stop(): void {
    this.#stopped = true;
    this.#end();
  }

  fail(error: unknown, urn?: Urn): void {
    if (!(error instanceof Cancelled)) this.reporter.error(error, urn);
    this.stop();
  }

  /** As `fail`, and waits of providers end early: a user is waiting. */
  interrupt(error: unknown): void {
    this.fail(error);
    this.plugins.cancel().catch(() => {});
  }

  throwIfStopped(): void {
    if (this.#stopped) throw new Cancelled();
  }

  /** Makes `settle` wait for it. */
  track<T>(work: Promise<T>): Promise<T> {
    this.#running.add(work);
    const forget = (): boolean => this.#running.delete(work);
    work.then(forget, forget);
    return work;
  }

  /** Resolves when nothing runs any more. */
  async settle(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled([...this.#running]);
  }

  /**
   * One step of the run: within the limit of parallel ones, and told of at its beginning and its end; there as what `work`
   * found, where it says so.
   */
  step<T>(
    op: Op,
    urn: Urn,
    work: (found: (finding: Finding) => void) => Promise<T>,
    told: StepDetails = {},
  ): Promise<T> {
    const step = this.#slot(async () => {
      this.throwIfStopped();
      const running = this.reporter.start(op, urn, told);
      let found: Finding | undefined;
      try {
        const result = await work((finding) => {
          found = finding;
        });
        running.done(found);
        return result;
      } catch (error) {
        running.failed(error);
        throw error;
      }
    });
    return this.track(step);
  }

  /**
   * One call that changes a real resource: journalled on disk before it begins. After a success the entry stays until the
   * snapshot gets the new state.
   */
  async operate<T>(type: PendingOperation["type"], state: ResourceState, call: () => Promise<T>): Promise<T> {
    if (this.options.dryRun) return call();
    this.snapshot.begin(type, state);
    await this.snapshot.save();
    try {
      return await call();
    } catch (error) {
      // When the provider died, nobody knows what it did: the entry stays for the next run. What exists but did not come
      // up is recorded by the caller.
      if (error instanceof ProviderGone || error instanceof InitFailure) throw error;
      this.snapshot.end(state);
      await this.snapshot.save();
      throw error;
    }
  }

  /** An interrupted creation is made up for: it need not be remembered any longer. */
  resolveInterrupted(urn: Urn): void {
    const operation = this.interrupted.get(urn);
    if (!operation) return;
    this.interrupted.delete(urn);
    this.snapshot.forgetInterrupted(operation);
  }
}
