import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import grpc, { type ServiceError } from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import { type InitFailure, initFailure } from "../../engine/plugin/init-failure.ts";
import { fromStruct, type Props, toStruct } from "../../engine/wire/values.ts";

const main = new URL("../../engine/docker/main.ts", import.meta.url).pathname;

type Done<T> = (error: ServiceError | null, response: T) => void;

/** The docker provider as a process of its own, asked over gRPC as an engine asks it. */
export class ProviderClient {
  readonly process: ChildProcess;
  readonly #client: InstanceType<typeof services.ResourceProviderClient>;

  private constructor(process: ChildProcess, port: string) {
    this.process = process;
    this.#client = new services.ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  }

  static async start(config: Props = {}): Promise<ProviderClient> {
    const child = spawn(process.execPath, [main, "127.0.0.1:1"], { stdio: ["pipe", "pipe", "inherit"] });
    const [port] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
    const provider = new ProviderClient(child, port);
    await provider.#call((done) =>
      provider.#client.configure(new messages.ConfigureRequest().setArgs(toStruct(config)), done),
    );
    return provider;
  }

  /** Closes its standard input, as an engine that ends does, and returns its exit code. */
  async stop(): Promise<number | null> {
    this.#client.close();
    this.process.stdin!.end();
    if (this.process.exitCode === null) await once(this.process, "exit");
    return this.process.exitCode;
  }

  async check(type: string, news: Props, olds: Props = {}): Promise<{ inputs: Props; failures: string[] }> {
    const request = new messages.CheckRequest()
      .setUrn(urn(type))
      .setOlds(toStruct(olds))
      .setNews(toStruct(news))
      .setRandomseed(Buffer.alloc(32, 0xab));
    const response = await this.#call<InstanceType<typeof messages.CheckResponse>>((done) =>
      this.#client.check(request, done),
    );
    return {
      inputs: fromStruct(response.getInputs()),
      failures: response.getFailuresList().map((failure) => failure.getReason()),
    };
  }

  async diff(type: string, old: { inputs: Props; outputs: Props }, news: Props) {
    const request = new messages.DiffRequest()
      .setUrn(urn(type))
      .setOldInputs(toStruct(old.inputs))
      .setOlds(toStruct(old.outputs))
      .setNews(toStruct(news));
    const response = await this.#call<InstanceType<typeof messages.DiffResponse>>((done) =>
      this.#client.diff(request, done),
    );
    return {
      properties: response.getDiffsList(),
      replaces: response.getReplacesList(),
      deleteBeforeReplace: response.getDeletebeforereplace(),
    };
  }

  /** Check and Create, as an engine does them. */
  async create(type: string, news: Props): Promise<{ id: string; inputs: Props; outputs: Props }> {
    const { inputs, failures } = await this.check(type, news);
    if (failures.length > 0) throw new Error(failures.join("\n"));
    const request = new messages.CreateRequest().setUrn(urn(type)).setProperties(toStruct(inputs));
    const response = await this.#call<InstanceType<typeof messages.CreateResponse>>((done) =>
      this.#client.create(request, done),
    );
    return { id: response.getId(), inputs, outputs: fromStruct(response.getProperties()) };
  }

  /** undefined when the object is gone. */
  async read(type: string, id: string, old: { inputs: Props; outputs: Props }) {
    const request = new messages.ReadRequest()
      .setUrn(urn(type))
      .setId(id)
      .setInputs(toStruct(old.inputs))
      .setProperties(toStruct(old.outputs));
    const response = await this.#call<InstanceType<typeof messages.ReadResponse>>((done) =>
      this.#client.read(request, done),
    );
    if (!response.getId()) return undefined;
    return { inputs: fromStruct(response.getInputs()), outputs: fromStruct(response.getProperties()) };
  }

  async update(type: string, id: string, old: { inputs: Props; outputs: Props }, news: Props): Promise<Props> {
    const request = new messages.UpdateRequest()
      .setUrn(urn(type))
      .setId(id)
      .setOldInputs(toStruct(old.inputs))
      .setOlds(toStruct(old.outputs))
      .setNews(toStruct(news));
    const response = await this.#call<InstanceType<typeof messages.UpdateResponse>>((done) =>
      this.#client.update(request, done),
    );
    return fromStruct(response.getProperties());
  }

  async delete(type: string, id: string, old: { inputs: Props; outputs: Props }): Promise<void> {
    const request = new messages.DeleteRequest()
      .setUrn(urn(type))
      .setId(id)
      .setOldInputs(toStruct(old.inputs))
      .setProperties(toStruct(old.outputs));
    await this.#call((done) => this.#client.delete(request, done));
  }

  async cancel(): Promise<void> {
    const { Empty } = (await import("google-protobuf/google/protobuf/empty_pb.js")).default;
    await this.#call((done) => this.#client.cancel(new Empty(), done));
  }

  #call<T>(send: (done: Done<T>) => unknown): Promise<T> {
    return new Promise((resolve, reject) => {
      send((error, response) => {
        if (!error) resolve(response);
        else reject(initFailure(error, (outputs) => outputs) ?? new Error(error.details));
      });
    });
  }
}

const urn = (type: string): string => `urn:pulumi:trial::trivet::trivet:lab:Lab$${type}::thing`;

export type { InitFailure };
