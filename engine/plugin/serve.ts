import grpc, { type ServerUnaryCall, type sendUnaryData, type UntypedServiceImplementation } from "@grpc/grpc-js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type {
  CheckRequest,
  ConfigureRequest,
  CreateRequest,
  DeleteRequest,
  DiffRequest,
  InvokeRequest,
  ReadRequest,
  UpdateRequest,
} from "@pulumi/pulumi/proto/provider_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import status from "@pulumi/pulumi/proto/status_pb.js";
import any from "google-protobuf/google/protobuf/any_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { fromStruct, type Props, toStruct } from "../wire/values.ts";
import type { Checked } from "./provider.ts";

/** What a resource is asked with: its URN's parts that matter to a provider. */
export interface Subject {
  type: string;
  name: string;
}

export interface Change {
  property: string;
  kind: "add" | "update" | "delete";
  replaces: boolean;
  /** The inputs differ; otherwise what was last seen differs from them. */
  inInputs: boolean;
}

/** Inputs and outputs of a resource, as they are recorded. */
export interface Recorded {
  inputs: Props;
  outputs: Props;
}

/** A provider over plain property values: secrets come without their marks, and the engine marks the outputs again. */
export interface ServedProvider {
  readonly version: string;
  checkConfig(news: Props): Checked;
  /** Names of the settings that differ; none of them replaces a resource. */
  diffConfig(olds: Props, news: Props): string[];
  configure(args: Props): void;
  /** Ends waits. */
  cancel(): void;
  /** @param seed random bytes of the engine's, for a name that the provider makes up */
  check(subject: Subject, olds: Props, news: Props, seed: Uint8Array): Promise<Checked>;
  diff(
    subject: Subject,
    olds: Recorded,
    news: Props,
    ignored: string[],
  ): { changes: Change[]; deleteBeforeReplace: boolean };
  create(subject: Subject, inputs: Props, preview: boolean): Promise<{ id: string; outputs: Props }>;
  /** Undefined when it is gone. */
  read(subject: Subject, id: string, known: Recorded): Promise<({ id: string } & Recorded) | undefined>;
  update(subject: Subject, id: string, olds: Recorded, news: Props, preview: boolean): Promise<Props>;
  delete(subject: Subject, id: string, olds: Recorded): Promise<void>;
  invoke(token: string): Promise<Props>;
  /** What to say of an error; `exists`: the resource is there, although it did not come up as asked. */
  explain(error: unknown): { message: string; exists?: { id: string; outputs: Props } };
}

const MESSAGE_LIMIT = 400 * 2 ** 20;

/**
 * Serves a provider on a free port of this machine, as the plugin protocol wants it: the first line on standard output is the
 * port. The standard input is a pipe from the engine: its end means that the engine has ended, however that happened.
 */
export async function serve(provider: ServedProvider): Promise<void> {
  process.stdin.on("end", () => process.exit(0));
  process.stdin.on("error", () => process.exit(0));
  process.stdin.resume();
  const server = new grpc.Server({
    "grpc.max_receive_message_length": MESSAGE_LIMIT,
    "grpc.max_send_message_length": MESSAGE_LIMIT,
  });
  server.addService(services.ResourceProviderService, methods(provider));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  process.stdout.write(`${port}\n`);
}

/**
 * pulumirpc.ResourceProvider, served directly: the SDK's own server drops Configure's arguments, CheckConfig, DiffConfig,
 * `preview` and the old inputs. Secrets are not accepted, so values come plain and the engine marks the outputs again.
 */
const methods = (provider: ServedProvider): UntypedServiceImplementation => {
  const unary = rpc((error) => rpcError(provider.explain(error)));
  return {
    handshake: unary(async () => new messages.ProviderHandshakeResponse()),
    getPluginInfo: unary(async () => new plugin.PluginInfo().setVersion(provider.version)),
    cancel: unary(async () => {
      provider.cancel();
      return new empty.Empty();
    }),

    checkConfig: unary(async (request: CheckRequest) =>
      checkResponse(provider.checkConfig(fromStruct(request.getNews()))),
    ),
    diffConfig: unary(async (request: DiffRequest) => {
      const olds = fromStruct(request.getOldInputs() ?? request.getOlds());
      const changed = provider.diffConfig(olds, fromStruct(request.getNews()));
      return new messages.DiffResponse().setChanges(changesOf(changed)).setDiffsList(changed);
    }),
    configure: unary(async (request: ConfigureRequest) => {
      provider.configure(fromStruct(request.getArgs()));
      return new messages.ConfigureResponse().setSupportspreview(true);
    }),

    check: unary(async (request: CheckRequest) => {
      const [olds, news] = [fromStruct(request.getOlds()), fromStruct(request.getNews())];
      return checkResponse(await provider.check(subject(request), olds, news, request.getRandomseed_asU8()));
    }),
    diff: unary(async (request: DiffRequest) => {
      const olds = { inputs: fromStruct(request.getOldInputs()), outputs: fromStruct(request.getOlds()) };
      const news = fromStruct(request.getNews());
      const { changes, deleteBeforeReplace } = provider.diff(
        subject(request),
        olds,
        news,
        request.getIgnorechangesList(),
      );
      const properties = changes.map((change) => change.property);
      const response = new messages.DiffResponse()
        .setChanges(changesOf(properties))
        .setDiffsList(properties)
        .setReplacesList(changes.filter((change) => change.replaces).map((change) => change.property))
        .setDeletebeforereplace(deleteBeforeReplace)
        .setHasdetaileddiff(true);
      for (const { property, kind, replaces, inInputs } of changes) {
        const detail = new messages.PropertyDiff()
          .setKind(KINDS[kind][Number(replaces) as 0 | 1])
          .setInputdiff(inInputs);
        response.getDetaileddiffMap().set(property, detail);
      }
      return response;
    }),
    create: unary(async (request: CreateRequest) => {
      const inputs = fromStruct(request.getProperties());
      const { id, outputs } = await provider.create(subject(request), inputs, request.getPreview());
      return new messages.CreateResponse().setId(id).setProperties(toStruct(outputs));
    }),
    read: unary(async (request: ReadRequest) => {
      const known = { inputs: fromStruct(request.getInputs()), outputs: fromStruct(request.getProperties()) };
      const found = await provider.read(subject(request), request.getId(), known);
      if (!found) return new messages.ReadResponse();
      return new messages.ReadResponse()
        .setId(found.id)
        .setInputs(toStruct(found.inputs))
        .setProperties(toStruct(found.outputs));
    }),
    update: unary(async (request: UpdateRequest) => {
      const olds = { inputs: fromStruct(request.getOldInputs()), outputs: fromStruct(request.getOlds()) };
      const news = fromStruct(request.getNews());
      const outputs = await provider.update(subject(request), request.getId(), olds, news, request.getPreview());
      return new messages.UpdateResponse().setProperties(toStruct(outputs));
    }),
    delete: unary(async (request: DeleteRequest) => {
      const olds = { inputs: fromStruct(request.getOldInputs()), outputs: fromStruct(request.getProperties()) };
      await provider.delete(subject(request), request.getId(), olds);
      return new empty.Empty();
    }),
    invoke: unary(async (request: InvokeRequest) =>
      new messages.InvokeResponse().setReturn(toStruct(await provider.invoke(request.getTok()))),
    ),

    ...Object.fromEntries(
      ["parameterize", "getSchema", "call", "construct", "attach", "getMapping", "getMappings", "list"].map((name) => [
        name,
        (_call: unknown, done: sendUnaryData<never>) => done({ code: grpc.status.UNIMPLEMENTED, details: name }),
      ]),
    ),
  };
};

const { Kind } = messages.PropertyDiff;
const KINDS = {
  add: [Kind.ADD, Kind.ADD_REPLACE],
  update: [Kind.UPDATE, Kind.UPDATE_REPLACE],
  delete: [Kind.DELETE, Kind.DELETE_REPLACE],
} as const;

const changesOf = (properties: string[]) =>
  properties.length > 0 ? messages.DiffResponse.DiffChanges.DIFF_SOME : messages.DiffResponse.DiffChanges.DIFF_NONE;

function checkResponse({ inputs, failures }: Checked) {
  const response = new messages.CheckResponse().setInputs(toStruct(inputs));
  for (const { property, reason } of failures) {
    response.addFailures(new messages.CheckFailure().setProperty(property).setReason(reason));
  }
  return response;
}

/** A URN ends in `::<parent types>$<type>::<name>`. */
function subject(request: { getUrn(): string }): Subject {
  const [, , types = "", ...name] = request.getUrn().split("::");
  return { type: types.split("$").at(-1)!, name: name.join("::") };
}

/** Makes a gRPC method of a function; what it throws becomes the call's error. */
const rpc =
  (failed: (error: unknown) => object) =>
  <Request, Response>(handle: (request: Request) => Promise<Response>) =>
  (call: ServerUnaryCall<Request, Response>, done: sendUnaryData<Response>): void => {
    handle(call.request).then(
      (response) => done(null, response),
      (error: unknown) => done(failed(error)),
    );
  };

function rpcError({ message, exists }: ReturnType<ServedProvider["explain"]>): object {
  const code = grpc.status.UNKNOWN;
  return { code, details: message, ...(exists && { metadata: initFailure(message, exists) }) };
}

/** An error's details travel as an HTTP/2 header: past about 64 KiB Node's client drops the connection. */
const DETAILS_LIMIT = 24 * 2 ** 10;

/** The outputs, less the largest ones (uploaded files) where they are too much for an error. The next update adds them. */
function abridged(outputs: Props): Props {
  const size = (value: Props[string]) => JSON.stringify(value).length;
  const kept = Object.entries(outputs).sort(([, a], [, b]) => size(a) - size(b));
  while (size(Object.fromEntries(kept)) > DETAILS_LIMIT) kept.pop();
  return Object.fromEntries(kept);
}

/** The detail by which an engine learns that the object exists all the same. */
function initFailure(reason: string, { id, outputs }: { id: string; outputs: Props }): grpc.Metadata {
  const detail = new messages.ErrorResourceInitFailed()
    .setId(id)
    .setProperties(toStruct(abridged(outputs)))
    .setReasonsList([reason]);
  const packed = new any.Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const message = new status.Status().setCode(grpc.status.UNKNOWN).setMessage(reason);
  message.addDetails(packed);
  const metadata = new grpc.Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(message.serializeBinary()));
  return metadata;
}
