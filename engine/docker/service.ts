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
import { DockerError, daemonMessage, HalfMade } from "./errors.ts";
import type { Checked } from "./inputs.ts";
import { DockerProvider, type Subject, VERSION } from "./provider.ts";

const MESSAGE_LIMIT = 400 * 2 ** 20;

/** Serves the provider on a free port of this machine and returns the port. */
export async function serve(): Promise<number> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": MESSAGE_LIMIT,
    "grpc.max_send_message_length": MESSAGE_LIMIT,
  });
  server.addService(services.ResourceProviderService, methods(new DockerProvider()));
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}

/**
 * pulumirpc.ResourceProvider, served directly: the SDK's own server drops Configure's arguments, CheckConfig, DiffConfig,
 * `preview` and the old inputs. Secrets are not accepted, so values come plain and the engine marks the outputs again.
 */
const methods = (provider: DockerProvider): UntypedServiceImplementation => ({
  handshake: unary(async () => new messages.ProviderHandshakeResponse()),
  getPluginInfo: unary(async () => new plugin.PluginInfo().setVersion(VERSION)),
  cancel: unary(async () => {
    provider.cancel();
    return new empty.Empty();
  }),

  checkConfig: unary(async (request: CheckRequest) =>
    checkResponse({
      inputs: fromStruct(request.getNews()),
      failures: provider.checkConfig(fromStruct(request.getNews())),
    }),
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
      const detail = new messages.PropertyDiff().setKind(KINDS[kind][Number(replaces) as 0 | 1]).setInputdiff(inInputs);
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
  invoke: unary(async (request: InvokeRequest) => {
    throw new DockerError(
      `The embedded docker provider has no function ${request.getTok()}. Use a resource's outputs instead, or run the program with the Pulumi CLI.`,
    );
  }),

  ...Object.fromEntries(
    ["parameterize", "getSchema", "call", "construct", "attach", "getMapping", "getMappings", "list"].map((name) => [
      name,
      (_call: unknown, done: sendUnaryData<never>) => done({ code: grpc.status.UNIMPLEMENTED, details: name }),
    ]),
  ),
});

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

/** A gRPC method from a function; what it throws becomes the call's error. */
function unary<Request, Response>(handle: (request: Request) => Promise<Response>) {
  return (call: ServerUnaryCall<Request, Response>, done: sendUnaryData<Response>): void => {
    handle(call.request).then(
      (response) => done(null, response),
      (error: unknown) => done(rpcError(error)),
    );
  };
}

function rpcError(error: unknown): { code: number; details: string; metadata?: grpc.Metadata } {
  const code = grpc.status.UNKNOWN;
  if (error instanceof HalfMade) return { code, details: error.message, metadata: initFailure(error) };
  return { code, details: error instanceof DockerError ? error.message : daemonMessage(error) };
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
function initFailure(error: HalfMade): grpc.Metadata {
  const detail = new messages.ErrorResourceInitFailed()
    .setId(error.id)
    .setProperties(toStruct(abridged(error.outputs)))
    .setReasonsList([error.message]);
  const packed = new any.Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const message = new status.Status().setCode(grpc.status.UNKNOWN).setMessage(error.message);
  message.addDetails(packed);
  const metadata = new grpc.Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(message.serializeBinary()));
  return metadata;
}
