import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import grpc, { type ServiceError } from "@grpc/grpc-js";
import type { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type {
  CheckFailure,
  CheckResponse,
  ConfigureResponse,
  CreateResponse,
  DiffResponse,
  InvokeResponse,
  ProviderHandshakeResponse,
  ReadResponse,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { UserError } from "../../core/errors.ts";
import { providedPackage, type Urn, urnParts } from "../wire/urn.ts";
import {
  type Accepts,
  deepEqual,
  forProvider,
  fromStruct,
  hasUnknown,
  markSecrets,
  type Props,
  stripSecrets,
  toStruct,
} from "../wire/values.ts";
import { initFailure } from "./init-failure.ts";
import { findPlugin, type PluginPaths, readPort, spawnFollower } from "./process.ts";

/** Pulumi's own limits: large uploads travel as property values. */
export const CHANNEL_OPTIONS = {
  "grpc.max_receive_message_length": 400 * 2 ** 20,
  "grpc.max_send_message_length": 400 * 2 ** 20,
};

/** What every provider process is told about the run. */
export interface PluginHost extends PluginPaths {
  /** Where the engine's own services listen. */
  engineAddress: string;
  project: string;
  stack: string;
  /** The whole configuration as JSON: dynamic providers read it from their environment. */
  configJson: string;
  debug: (message: string) => void;
}

export interface Failure {
  /** Path of the input, as Pulumi writes it. */
  property: string;
  reason: string;
}

export interface Checked {
  inputs: Props;
  failures: Failure[];
}

/** How inputs differ from what is there. */
export interface Diff {
  changes: "none" | "some";
  /** Properties that changed, as top-level names or paths. */
  properties: string[];
  /** Those of them that can't be changed in place. */
  replaces: string[];
  deleteBeforeReplace: boolean;
}

export const noDiff = (): Diff => ({ changes: "none", properties: [], replaces: [], deleteBeforeReplace: false });

type Outcome = { id: string; outputs: Props };

/** One provider process, and the client that speaks to it. */
export class Provider {
  readonly #package: string;
  readonly #process: ChildProcess;
  readonly #client: ResourceProviderClient;
  readonly #log: string[];
  #accepts: Accepts = { secrets: false, resources: false };
  #shookHands = false;
  #previews = false;
  /** False when the configuration is not known yet (preview): then nothing can be asked. */
  #configured = true;

  private constructor(pkg: string, child: ChildProcess, client: ResourceProviderClient, log: string[]) {
    this.#package = pkg;
    this.#process = child;
    this.#client = client;
    this.#log = log;
  }

  static async start(pkg: string, version: string | undefined, host: PluginHost): Promise<Provider> {
    const command = [...findPlugin(pkg, version, host), host.engineAddress];
    const child = spawnFollower(command, host.projectDir, {
      ...process.env,
      PULUMI_NODEJS_PROJECT: host.project,
      PULUMI_NODEJS_STACK: host.stack,
      PULUMI_PROJECT: host.project,
      PULUMI_STACK: host.stack,
      PULUMI_CONFIG: host.configJson,
    });
    const log: string[] = [];
    child.stderr!.on("data", (data: Buffer) => {
      const text = String(data).trimEnd();
      log.splice(0, Math.max(0, log.length - 20));
      log.push(text);
      host.debug(`${pkg}: ${text}`);
    });
    const port = await readPort(pkg, child).catch((error: unknown) => {
      child.kill();
      throw error;
    });
    const address = `127.0.0.1:${port}`;
    const client = new services.ResourceProviderClient(address, grpc.credentials.createInsecure(), CHANNEL_OPTIONS);
    const provider = new Provider(pkg, child, client, log);
    await provider.#handshake(host);
    return provider;
  }

  async #handshake(host: PluginHost): Promise<void> {
    const request = new messages.ProviderHandshakeRequest()
      .setEngineAddress(host.engineAddress)
      .setRootDirectory(host.projectDir)
      .setProgramDirectory(host.projectDir)
      .setConfigureWithUrn(true);
    try {
      const response = await this.#call<ProviderHandshakeResponse>((done) => this.#client.handshake(request, done));
      this.#shookHands = true;
      this.#accepts = { secrets: response.getAcceptSecrets(), resources: response.getAcceptResources() };
    } catch (error) {
      if (!isUnimplemented(error)) throw error;
    }
  }

  /** Validates a provider's own inputs; a provider without this step takes them as they are. */
  async checkConfig(urn: Urn, olds: Props | undefined, news: Props): Promise<Checked> {
    const request = named(new messages.CheckRequest(), urn)
      .setOlds(toStruct(stripSecrets(olds ?? {})))
      .setNews(toStruct(stripSecrets(news)));
    try {
      const response = await this.#call<CheckResponse>((done) => this.#client.checkConfig(request, done));
      return { inputs: markSecrets(fromStruct(response.getInputs()), news), failures: failures(response) };
    } catch (error) {
      if (isUnimplemented(error)) return { inputs: news, failures: [] };
      throw error;
    }
  }

  async diffConfig(urn: Urn, oldInputs: Props, oldOutputs: Props, news: Props): Promise<Diff> {
    const request = named(new messages.DiffRequest(), urn)
      .setOldInputs(toStruct(stripSecrets(oldInputs)))
      .setOlds(toStruct(stripSecrets(oldOutputs)))
      .setNews(toStruct(stripSecrets(news)));
    try {
      const response = await this.#call<DiffResponse>((done) => this.#client.diffConfig(request, done));
      return readDiff(response, oldInputs, news);
    } catch (error) {
      if (isUnimplemented(error)) return compare(oldInputs, news);
      throw error;
    }
  }

  async configure(urn: Urn, id: string, inputs: Props): Promise<void> {
    if (hasUnknown(inputs)) {
      this.#configured = false;
      return;
    }
    const request = named(new messages.ConfigureRequest(), urn)
      .setId(id)
      .setArgs(toStruct(inputs))
      .setAcceptsecrets(true)
      .setAcceptresources(true)
      .setSendsOldInputs(true)
      .setSendsOldInputsToDelete(true);
    for (const [key, value] of Object.entries(stripSecrets(inputs))) {
      if (key === "version") continue;
      const text = typeof value === "string" ? value : JSON.stringify(value);
      request.getVariablesMap().set(`${providedPackage(urnParts(urn).type)}:config:${key}`, text);
    }
    const response = await this.#call<ConfigureResponse>((done) => this.#client.configure(request, done));
    this.#previews = response.getSupportspreview();
    if (this.#shookHands) return;
    this.#accepts = { secrets: response.getAcceptsecrets(), resources: response.getAcceptresources() };
  }

  /** Validates inputs and fills in defaults; `olds` (empty for a new resource) keep automatic names. */
  async check(urn: Urn, olds: Props, news: Props): Promise<Checked> {
    if (!this.#configured) return { inputs: news, failures: [] };
    const request = named(new messages.CheckRequest(), urn)
      .setOlds(this.#struct(olds))
      .setNews(this.#struct(news))
      .setRandomseed(randomBytes(32));
    const response = await this.#call<CheckResponse>((done) => this.#client.check(request, done));
    return { inputs: this.#marked(fromStruct(response.getInputs()), news), failures: failures(response) };
  }

  async diff(
    urn: Urn,
    id: string,
    oldInputs: Props,
    oldOutputs: Props,
    news: Props,
    ignoreChanges: string[],
  ): Promise<Diff> {
    if (!this.#configured) return { ...noDiff(), changes: "some" };
    const request = named(new messages.DiffRequest(), urn)
      .setId(id)
      .setOldInputs(this.#struct(oldInputs))
      .setOlds(this.#struct(oldOutputs))
      .setNews(this.#struct(news))
      .setIgnorechangesList(ignoreChanges);
    const response = await this.#call<DiffResponse>((done) => this.#client.diff(request, done));
    return readDiff(response, oldInputs, news);
  }

  /** @param timeout seconds, 0 for the provider's own */
  async create(urn: Urn, inputs: Props, timeout: number, preview: boolean): Promise<Outcome> {
    if (preview && !this.#configured) return { id: "", outputs: {} };
    if (preview && !this.#previews) return { id: "", outputs: inputs };
    const request = named(new messages.CreateRequest(), urn)
      .setProperties(this.#struct(inputs))
      .setTimeout(timeout)
      .setPreview(preview);
    const response = await this.#call<CreateResponse>((done) => this.#client.create(request, done), inputs);
    return { id: response.getId(), outputs: this.#marked(fromStruct(response.getProperties()), inputs) };
  }

  async update(
    urn: Urn,
    id: string,
    old: { inputs: Props; outputs: Props },
    news: Props,
    timeout: number,
    ignoreChanges: string[],
    preview: boolean,
  ): Promise<Props> {
    if (preview && !this.#configured) return {};
    if (preview && !this.#previews) return news;
    const request = named(new messages.UpdateRequest(), urn)
      .setId(id)
      .setOldInputs(this.#struct(old.inputs))
      .setOlds(this.#struct(old.outputs))
      .setNews(this.#struct(news))
      .setTimeout(timeout)
      .setIgnorechangesList(ignoreChanges)
      .setPreview(preview);
    const response = await this.#call<UpdateResponse>((done) => this.#client.update(request, done), news);
    return this.#marked(fromStruct(response.getProperties()), news);
  }

  async delete(urn: Urn, id: string, old: { inputs: Props; outputs: Props }, timeout: number): Promise<void> {
    const request = named(new messages.DeleteRequest(), urn)
      .setId(id)
      .setOldInputs(this.#struct(old.inputs))
      .setProperties(this.#struct(old.outputs))
      .setTimeout(timeout);
    await this.#call((done) => this.#client.delete(request, done));
  }

  /** What is really there; an empty id when nothing is. `inputs` only from providers that can tell them. */
  async read(
    urn: Urn,
    id: string,
    old: { inputs?: Props; outputs: Props },
  ): Promise<Outcome & { inputs: Props | undefined }> {
    const request = named(new messages.ReadRequest(), urn).setId(id).setProperties(this.#struct(old.outputs));
    if (old.inputs) request.setInputs(this.#struct(old.inputs));
    const response = await this.#call<ReadResponse>((done) => this.#client.read(request, done), old.inputs);
    return {
      id: response.getId(),
      outputs: this.#marked(fromStruct(response.getProperties()), old.outputs),
      inputs: response.hasInputs() ? this.#marked(fromStruct(response.getInputs()), old.inputs ?? {}) : undefined,
    };
  }

  async invoke(token: string, args: Props): Promise<{ result: Props; failures: CheckFailure[] }> {
    const request = new messages.InvokeRequest().setTok(token).setArgs(this.#struct(args));
    const response = await this.#call<InvokeResponse>((done) => this.#client.invoke(request, done));
    return { result: fromStruct(response.getReturn()), failures: response.getFailuresList() };
  }

  /** Asks it to end its waits (for a container's health, say) early. */
  cancel(): void {
    this.#client.cancel(new empty.Empty(), () => {});
  }

  stop(): void {
    this.#client.close();
    this.#process.kill();
    // One that does not go at once must not keep this process: the end of its standard input tells it again.
    this.#process.unref();
    for (const pipe of this.#process.stdio) pipe?.destroy();
  }

  #struct(props: Props) {
    return toStruct(forProvider(props, this.#accepts));
  }

  #marked(outputs: Props, inputs: Props): Props {
    return this.#accepts.secrets ? outputs : markSecrets(outputs, inputs);
  }

  /** @param inputs the inputs that a resource which exists but failed to come up is recorded with */
  #call<Response>(
    send: (done: (error: ServiceError | null, response: Response) => void) => unknown,
    inputs: Props = {},
  ): Promise<Response> {
    return new Promise((resolve, reject) => {
      send((error, response) => {
        if (!error) resolve(response);
        else if (error.code === grpc.status.UNAVAILABLE) reject(this.#gone(error));
        else reject(initFailure(error, (outputs) => this.#marked(outputs, inputs)) ?? error);
      });
    });
  }

  #gone(cause: ServiceError): Error {
    const { exitCode, signalCode } = this.#process;
    const how = signalCode ?? (exitCode === null ? cause.details : `exit code ${exitCode}`);
    return new ProviderGone(`The provider of ${this.#package} ended while it worked (${how}). ${this.#log.join("\n")}`);
  }
}

/** The provider died under a call: whether the call did its work is not known. */
export class ProviderGone extends UserError {
  override name = "ProviderGone";
}

const isUnimplemented = (error: unknown): boolean => (error as ServiceError).code === grpc.status.UNIMPLEMENTED;

interface NamedRequest {
  setUrn(urn: string): unknown;
  setName(name: string): unknown;
  setType(type: string): unknown;
}

function named<Request extends NamedRequest>(request: Request, urn: Urn): Request {
  const { name, type } = urnParts(urn);
  request.setUrn(urn);
  request.setName(name);
  request.setType(type);
  return request;
}

const failures = (response: CheckResponse): Failure[] =>
  response.getFailuresList().map((failure) => failure.toObject());

/** A provider that can't tell is answered for by comparing the inputs. */
function compare(olds: Props, news: Props): Diff {
  return { ...noDiff(), changes: deepEqual(stripSecrets(olds), stripSecrets(news)) ? "none" : "some" };
}

function readDiff(response: DiffResponse, oldInputs: Props, news: Props): Diff {
  const { DiffChanges } = messages.DiffResponse;
  const { Kind } = messages.PropertyDiff;
  const replacing: number[] = [Kind.ADD_REPLACE, Kind.DELETE_REPLACE, Kind.UPDATE_REPLACE];
  const detailed = response.getHasdetaileddiff() ? [...response.getDetaileddiffMap().entries()] : [];
  const changes =
    response.getChanges() === DiffChanges.DIFF_UNKNOWN
      ? compare(oldInputs, news).changes
      : response.getChanges() === DiffChanges.DIFF_SOME
        ? "some"
        : "none";
  const detailedReplaces = detailed.filter(([, diff]) => replacing.includes(diff.getKind())).map(([path]) => path);
  return {
    changes,
    properties: [...new Set([...response.getDiffsList(), ...detailed.map(([path]) => path)])],
    replaces: [...new Set([...response.getReplacesList(), ...detailedReplaces])],
    deleteBeforeReplace: response.getDeletebeforereplace(),
  };
}
