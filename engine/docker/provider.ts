import type { Checked } from "../plugin/provider.ts";
import type { Change, Recorded, ServedProvider, Subject } from "../plugin/serve.ts";
import { hasUnknown, isUnknown, type Props, UNKNOWN } from "../wire/values.ts";
import { checkConfig, type Endpoint, endpointOf } from "./config.ts";
import { connect, explainConnection } from "./daemon.ts";
import { diffInputs } from "./diff.ts";
import { DockerError, daemonMessage, HalfMade } from "./errors.ts";
import { checkInputs, keptDefault, withoutDefaults } from "./inputs.ts";
import { importedInputs, observedInputs } from "./refresh.ts";
import type { Context, Resource } from "./resource.ts";
import { resources } from "./resources.ts";

/** The version of the real provider whose state this one reads and writes. */
export const VERSION = "5.2.0";

/** Milliseconds that one operation on a resource may take in all: what the real provider's state says, see resource.ts. */
const IN_ALL = 20 * 60_000;

export interface Diff {
  changes: Change[];
  deleteBeforeReplace: boolean;
}

/** The provider's life cycle over plain property values; `serve` puts it on the wire. */
export class DockerProvider implements ServedProvider {
  readonly version = VERSION;
  #endpoint: Endpoint | undefined;
  #connection: ReturnType<typeof connect> | undefined;
  readonly #inAll: number;
  readonly #cancel = new AbortController();

  /** @param inAll milliseconds for one operation, for tests */
  constructor(inAll = IN_ALL) {
    this.#inAll = inAll;
  }

  checkConfig(news: Props): Checked {
    return { inputs: news, failures: checkConfig(news) };
  }

  /** Which settings of the provider differ; none of them replaces a resource. */
  diffConfig(olds: Props, news: Props): string[] {
    const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(
      (key) => !/^(version$|__)/.test(key),
    );
    return keys.filter((key) => JSON.stringify(olds[key] ?? null) !== JSON.stringify(news[key] ?? null));
  }

  configure(args: Props): void {
    this.#endpoint = endpointOf(args);
  }

  /** Ends waits; what is half made then is reported as such. */
  cancel(): void {
    this.#cancel.abort();
  }

  /** @param seed random bytes of the engine's, for a name of our making */
  async check({ type, name }: Subject, olds: Props, news: Props, seed: Uint8Array): Promise<Checked> {
    const resource = resourceOf(type);
    const named = resource.namesItself && news.name == null ? { ...news, name: automaticName(name, olds, seed) } : news;
    const { inputs, failures } = checkInputs(resource.fields, named, olds);
    if (named !== news) inputs.__defaults = [...(inputs.__defaults as string[]), "name"].sort();
    if (failures.length === 0) failures.push(...(resource.validate?.(inputs) ?? []));
    if (failures.length > 0 || !resource.prepare) return { inputs, failures };
    return { inputs: await resource.prepare(inputs), failures };
  }

  diff({ type }: Subject, olds: Recorded, news: Props, ignored: string[]): Diff {
    const resource = resourceOf(type);
    const changes = diffInputs(resource, olds.inputs, news, olds.outputs, ignored);
    const replaces = changes.some((change) => change.replaces);
    return {
      changes,
      deleteBeforeReplace: replaces && (resource.deleteBeforeReplace || namesClash(olds.inputs, news)),
    };
  }

  async create({ type }: Subject, inputs: Props, preview: boolean): Promise<{ id: string; outputs: Props }> {
    const resource = resourceOf(type);
    if (preview || hasUnknown(inputs)) return { id: "", outputs: planned(resource, inputs) };
    return this.#reach(async (context) => {
      const id = await resource.create(context, inputs).catch(this.#withOutputs(context, resource, inputs));
      return { id, outputs: await mustRead(context, resource, id, inputs) };
    });
  }

  async read({ type }: Subject, id: string, known: Recorded) {
    const resource = resourceOf(type);
    return this.#reach(async (context) => {
      const outputs = await resource.read(context, id, { ...known.inputs, ...known.outputs });
      if (!outputs) return undefined;
      const imported = Object.keys(known.inputs).length === 0 && Object.keys(known.outputs).length === 0;
      const inputs = imported
        ? importedInputs(resource.fields, outputs)
        : resource.inputsStay
          ? known.inputs
          : observedInputs(resource.fields, known.inputs, outputs);
      return { id: String(outputs.id ?? id), inputs, outputs: withMeta(resource, outputs) };
    });
  }

  async update({ type }: Subject, id: string, olds: Recorded, news: Props, preview: boolean): Promise<Props> {
    const resource = resourceOf(type);
    if (preview || hasUnknown(news)) return { ...olds.outputs, ...withoutDefaults(news) };
    return this.#reach(async (context) => {
      await resource.update?.(context, id, olds.inputs, news).catch(this.#withOutputs(context, resource, news));
      return mustRead(context, resource, id, news);
    });
  }

  async delete({ type }: Subject, id: string, olds: Recorded): Promise<void> {
    const inputs = Object.keys(olds.inputs).length > 0 ? olds.inputs : olds.outputs;
    await this.#reach((context) => resourceOf(type).remove(context, id, inputs));
  }

  async invoke(token: string): Promise<Props> {
    throw new DockerError(
      `The embedded docker provider has no function ${token}. Use a resource's outputs instead, or run the program with the Pulumi CLI.`,
    );
  }

  explain(error: unknown): ReturnType<ServedProvider["explain"]> {
    if (error instanceof HalfMade) return { message: error.message, exists: error };
    return { message: error instanceof DockerError ? error.message : daemonMessage(error) };
  }

  async #reach<T>(work: (context: Context) => Promise<T>): Promise<T> {
    if (!this.#endpoint) throw new DockerError("The docker provider was not configured.");
    // Not before something is to be done: a preview needs no reachable host.
    this.#connection ??= connect(this.#endpoint);
    const { docker, close } = await this.#connection;
    const { host } = this.#endpoint;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        // Nothing of it goes on behind an error that was reported.
        close();
        this.#connection = undefined;
        reject(new DockerError(`Docker at ${host} was not done within ${this.#inAll / 60_000} minutes.`));
      }, this.#inAll);
    });
    try {
      return await Promise.race([work({ docker, endpoint: host, signal: this.#cancel.signal }), late]);
    } catch (error) {
      throw explainConnection(error, this.#endpoint);
    } finally {
      clearTimeout(timer);
    }
  }

  /** A half-made object goes into the state with its outputs as far as they can be read. */
  #withOutputs(context: Context, resource: Resource, inputs: Props) {
    return async (error: unknown): Promise<never> => {
      if (error instanceof HalfMade) {
        error.outputs = withMeta(
          resource,
          (await resource.read(context, error.id, inputs).catch(() => undefined)) ?? {},
        );
      }
      throw error;
    };
  }
}

function resourceOf(type: string): Resource {
  const resource = resources[type];
  if (resource) return resource;
  const known = Object.keys(resources).map((token) => token.split(":").at(-1));
  throw new DockerError(
    `The embedded docker provider has no resource ${type}. It has ${known.join(", ")}; use one of them, or run the program with the Pulumi CLI.`,
  );
}

/** `<resource>-<7 hexadecimal digits>`, or the name that was made up before. */
function automaticName(name: string, olds: Props, seed: Uint8Array): string {
  const suffix = Buffer.from(seed).toString("hex").slice(0, 7);
  return String(keptDefault("name", olds) ?? `${name}-${suffix}`);
}

/** Whether old and new can't exist side by side as the user fixed their name. */
const namesClash = (olds: Props, news: Props): boolean =>
  news.name !== undefined &&
  olds.name === news.name &&
  !isUnknown(news.name) &&
  !(news.__defaults as string[]).includes("name");

async function mustRead(context: Context, resource: Resource, id: string, inputs: Props): Promise<Props> {
  const outputs = await resource.read(context, id, inputs);
  if (!outputs) throw new DockerError(`${id} is gone although it was made a moment ago. Did something else remove it?`);
  return withMeta(resource, outputs);
}

const withMeta = (resource: Resource, outputs: Props): Props =>
  resource.meta ? { ...outputs, __meta: JSON.stringify(resource.meta) } : outputs;

/** What a preview can say of an object that is not there yet. */
const planned = (resource: Resource, inputs: Props): Props => ({
  ...Object.fromEntries(resource.computed.map((key) => [key, UNKNOWN])),
  ...withoutDefaults(inputs),
});
