import { UserError } from "../../core/errors.ts";
import { type Checked, type Diff, type PluginHost, Provider } from "../plugin/provider.ts";
import type { ResourceState } from "../state/resource.ts";
import {
  isProviderType,
  parseProviderReference,
  providedPackage,
  providerReference,
  type Urn,
  urnParts,
} from "../wire/urn.ts";
import type { Props } from "../wire/values.ts";
import type { Snapshot } from "./snapshot.ts";

/**
 * The provider processes of a run. To Pulumi a provider is a resource like any other: its Check starts the process and
 * validates its configuration, its Diff is DiffConfig, and once it is the same, created or updated it is configured.
 */
export class Plugins {
  readonly #snapshot: Snapshot;
  readonly #host: PluginHost;
  readonly #started: Promise<Provider>[] = [];
  /** Started ahead of their use. */
  readonly #waiting = new Map<string, Promise<Provider>>();
  /** Started to validate their configuration, not configured yet. */
  readonly #checked = new Map<Urn, Provider>();
  readonly #configured = new Map<string, Promise<Provider>>();

  constructor(snapshot: Snapshot, host: PluginHost) {
    this.#snapshot = snapshot;
    this.#host = host;
  }

  /** The provider of a reference; one that the program did not register in this run starts as it was recorded. */
  get(reference: string): Promise<Provider> {
    const running = this.#configured.get(reference);
    if (running) return running;
    const { urn, id } = parseProviderReference(reference);
    const recorded = this.#snapshot.find((state) => state.urn === urn && state.id === id);
    if (!recorded) throw new UserError(`The state names the provider ${reference}, which is not in it.`);
    const provider = this.#start(urn, recorded.inputs).then(async (started) => {
      await started.configure(urn, id, withoutInternal(recorded.inputs));
      return started;
    });
    this.#configured.set(reference, provider);
    return provider;
  }

  /** Starts a provider's process ahead of its use: that takes a while, and several can start at a time. */
  prepare(urn: Urn, inputs: Props): void {
    const key = processKey(urn, inputs);
    if (this.#waiting.has(key)) return;
    const provider = this.#launch(urn, inputs);
    // Whoever uses it gets the error.
    provider.catch(() => {});
    this.#waiting.set(key, provider);
  }

  /** Starts what the stack needed last time. */
  prepareRecorded(): void {
    for (const { urn, type, inputs } of this.#snapshot.remaining) if (isProviderType(type)) this.prepare(urn, inputs);
  }

  async check(urn: Urn, olds: Props | undefined, news: Props): Promise<Checked> {
    const provider = await this.#start(urn, news);
    this.#checked.set(urn, provider);
    const { inputs, failures } = await provider.checkConfig(urn, olds && withoutInternal(olds), withoutInternal(news));
    const { __internal, version } = news;
    return {
      inputs: {
        ...inputs,
        ...(version !== undefined && inputs.version === undefined && { version }),
        ...(__internal !== undefined && { __internal }),
      },
      failures,
    };
  }

  diff(urn: Urn, old: ResourceState, news: Props): Promise<Diff> {
    const provider = this.#checked.get(urn)!;
    return provider.diffConfig(urn, withoutInternal(old.inputs), old.outputs, withoutInternal(news));
  }

  async configure(urn: Urn, id: string, inputs: Props): Promise<void> {
    const provider = this.#checked.get(urn)!;
    this.#checked.delete(urn);
    const configured = provider.configure(urn, id, withoutInternal(inputs)).then(() => provider);
    this.#configured.set(providerReference(urn, id), configured);
    await configured;
  }

  /** Asks the providers to give up waiting; what they did is recorded still. */
  async cancel(): Promise<void> {
    const providers = await Promise.allSettled(this.#started);
    for (const provider of providers) if (provider.status === "fulfilled") provider.value.cancel();
  }

  async stop(): Promise<void> {
    const providers = await Promise.allSettled(this.#started);
    for (const provider of providers) if (provider.status === "fulfilled") provider.value.stop();
  }

  #start(urn: Urn, inputs: Props): Promise<Provider> {
    const key = processKey(urn, inputs);
    const waiting = this.#waiting.get(key);
    this.#waiting.delete(key);
    return waiting ?? this.#launch(urn, inputs);
  }

  #launch(urn: Urn, inputs: Props): Promise<Provider> {
    const version = typeof inputs.version === "string" ? inputs.version : undefined;
    const provider = Provider.start(providedPackage(urnParts(urn).type), version, this.#host);
    this.#started.push(provider);
    return provider;
  }
}

/** The same provider in another version is another process. */
const processKey = (urn: Urn, { version }: Props): string => `${urn}@${version ?? ""}`;

/** What the engine keeps in a provider's inputs for itself is not the provider's business. */
export function withoutInternal({ __internal, ...inputs }: Props): Props {
  return inputs;
}
