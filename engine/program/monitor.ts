import grpc, { type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import engineServices from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import type { LogRequest, SetRootResourceRequest } from "@pulumi/pulumi/proto/engine_pb.js";
import engineMessages from "@pulumi/pulumi/proto/engine_pb.js";
import services from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import type {
  ReadResourceRequest,
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
  ResourceInvokeRequest,
  SupportsFeatureRequest,
} from "@pulumi/pulumi/proto/resource_pb.js";
import messages from "@pulumi/pulumi/proto/resource_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import type { Deployment } from "../deployment/deployment.ts";
import type { Executor } from "../deployment/executor.ts";
import { Cancelled, messageOf, UnsupportedError } from "../errors.ts";
import type { Severity } from "../events.ts";
import { CHANNEL_OPTIONS } from "../plugin/provider.ts";
import type { Config } from "../project/settings.ts";
import { isProviderType } from "../wire/urn.ts";
import { hasUnknown, toStruct, UNKNOWN } from "../wire/values.ts";
import { readGoal, readProps, readReadGoal } from "./requests.ts";

const { ResourceMonitorFeature: Feature } = messages;

/**
 * What the SDK may use. The last four are here only so that a program that uses them reaches this engine, which then
 * refuses them by name; without them the SDK itself would tell the user to update the Pulumi CLI.
 */
const FEATURES: [name: string, feature: number][] = [
  ["secrets", Feature.RESOURCE_MONITOR_FEATURE_SECRETS],
  ["resourceReferences", Feature.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES],
  ["outputValues", Feature.RESOURCE_MONITOR_FEATURE_OUTPUT_VALUES],
  ["aliasSpecs", Feature.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS],
  ["replacementTrigger", Feature.RESOURCE_MONITOR_FEATURE_REPLACEMENT_TRIGGER],
  ["deletedWith", Feature.RESOURCE_MONITOR_FEATURE_DELETED_WITH],
  ["replaceWith", Feature.RESOURCE_MONITOR_FEATURE_REPLACE_WITH],
  ["transforms", Feature.RESOURCE_MONITOR_FEATURE_TRANSFORMS],
  ["invokeTransforms", Feature.RESOURCE_MONITOR_FEATURE_INVOKE_TRANSFORMS],
  ["resourceHooks", Feature.RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS],
  ["errorHooks", Feature.RESOURCE_MONITOR_FEATURE_ERROR_HOOKS],
];

const SEVERITIES: Severity[] = ["debug", "info", "warning", "error"];

/** The two services that a program's SDK talks to: the resource monitor and the engine. */
export class Monitor {
  readonly #server = new grpc.Server(CHANNEL_OPTIONS);
  readonly #projectDir: string;
  readonly #config: Config;
  #run: { deployment: Deployment; executor: Executor } | undefined;
  /** The program may ask before the state is read: it waits. */
  readonly #attached: Promise<void>;
  #setAttached!: () => void;
  #rootUrn = "";
  #signal!: () => void;
  /** Resolves when the program is through and all its registrations are done. */
  readonly finished: Promise<void>;

  constructor(projectDir: string, config: Config) {
    this.#projectDir = projectDir;
    this.#config = config;
    this.finished = new Promise((resolve) => {
      this.#signal = resolve;
    });
    this.#attached = new Promise((resolve) => {
      this.#setAttached = resolve;
    });
    this.#serveMonitor();
    this.#serveEngine();
  }

  /** @returns the address, on the loopback interface */
  async listen(): Promise<string> {
    const port = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    return `127.0.0.1:${port}`;
  }

  attach(deployment: Deployment, executor: Executor): void {
    this.#run = { deployment, executor };
    this.#setAttached();
  }

  close(): void {
    this.#server.forceShutdown();
  }

  get #deployment(): Deployment {
    return this.#run!.deployment;
  }

  get #executor(): Executor {
    return this.#run!.executor;
  }

  #serveMonitor(): void {
    this.#server.addService(services.ResourceMonitorService, {
      getDeploymentInfo: this.#handler(async () => this.#deploymentInfo()),
      supportsFeature: this.#handler(async (request: SupportsFeatureRequest) =>
        new messages.SupportsFeatureResponse().setHassupport(FEATURES.some(([name]) => name === request.getId())),
      ),
      registerResource: this.#handler((request: RegisterResourceRequest) => this.#registerResource(request)),
      registerResourceOutputs: this.#handler(async (request: RegisterResourceOutputsRequest) => {
        await this.#executor.registerOutputs(request.getUrn(), readProps(request.getOutputs(), this.#projectDir));
        return new empty.Empty();
      }),
      readResource: this.#handler((request: ReadResourceRequest) => this.#readResource(request)),
      invoke: this.#handler((request: ResourceInvokeRequest) => this.#invoke(request)),
      signalAndWaitForShutdown: this.#handler(async () => {
        this.#signal();
        return new empty.Empty();
      }),
      call: this.#refuses("A method call on a remote component"),
      registerStackTransform: this.#refuses("registerResourceTransform"),
      registerStackInvokeTransform: this.#refuses("registerInvokeTransform"),
      registerResourceHook: this.#refuses("A resource hook"),
      registerErrorHook: this.#refuses("An error hook"),
      registerPackage: this.#refuses("A parameterized package"),
    });
  }

  #serveEngine(): void {
    this.#server.addService(engineServices.EngineService, {
      log: this.#handler(async (request: LogRequest) => {
        const severity = SEVERITIES[request.getSeverity()] ?? "info";
        const urn = request.getUrn() || undefined;
        // A second copy of the SDK may still send them.
        if (severity === "debug") return new empty.Empty();
        if (severity === "error") this.#deployment.reporter.error(request.getMessage(), urn);
        else this.#deployment.reporter.log(severity, request.getMessage(), urn);
        return new empty.Empty();
      }),
      getRootResource: this.#handler(async () => new engineMessages.GetRootResourceResponse().setUrn(this.#rootUrn)),
      setRootResource: this.#handler(async (request: SetRootResourceRequest) => {
        this.#rootUrn = request.getUrn();
        return new engineMessages.SetRootResourceResponse();
      }),
      requirePulumiVersion: this.#handler(async () => new engineMessages.RequirePulumiVersionResponse()),
      startDebugging: this.#refuses("Debugging the program"),
    });
  }

  /**
   * Once the deployment is over its program gets no more answers: it is ended from outside. An error as an answer would
   * make the SDK print one of its own, beside what is already reported.
   */
  #handler<Request, Response>(answer: (request: Request) => Promise<Response>) {
    return (call: ServerUnaryCall<Request, Response>, reply: sendUnaryData<Response>): void => {
      this.#attached
        .then(() => answer(call.request))
        .then(
          (response) => {
            if (!this.#deployment.stopped) reply(null, response);
          },
          (error: unknown) => {
            if (error instanceof UnsupportedError) this.#deployment.fail(error);
            if (error instanceof Cancelled || this.#deployment.stopped) return;
            reply({ code: grpc.status.UNKNOWN, details: messageOf(error) });
          },
        );
    };
  }

  #refuses(feature: string) {
    return this.#handler<unknown, never>(async () => {
      throw new UnsupportedError(feature);
    });
  }

  #deploymentInfo() {
    const { stack, project, dryRun, parallel } = this.#deployment.options;
    const info = new messages.DeploymentInfo()
      .setOrganization("organization")
      .setProject(project)
      .setStack(stack)
      .setDryrun(dryRun)
      .setParallel(parallel)
      .setConfigsecretkeysList(this.#config.secretKeys)
      .setSupportedfeaturesList(FEATURES.map(([, feature]) => feature));
    for (const [key, value] of Object.entries(this.#config.values)) info.getConfigMap().set(key, value);
    return info;
  }

  async #registerResource(request: RegisterResourceRequest) {
    const state = await this.#executor.register(readGoal(request, this.#projectDir));
    const response = new messages.RegisterResourceResponse().setUrn(state.urn);
    if (!state.custom) return response.setObject(toStruct({}));
    // An id that is not known yet is an empty one, but for a provider: its id is a part of its reference.
    const id = state.id === UNKNOWN && !isProviderType(state.type) ? "" : (state.id ?? "");
    return response.setId(id).setObject(toStruct(state.outputs));
  }

  async #readResource(request: ReadResourceRequest) {
    const state = await this.#executor.read(readReadGoal(request, this.#projectDir));
    return new messages.ReadResourceResponse().setUrn(state.urn).setProperties(toStruct(state.outputs));
  }

  async #invoke(request: ResourceInvokeRequest) {
    const response = new messages.ResourceInvokeResponse();
    const token = request.getTok();
    const args = readProps(request.getArgs(), this.#projectDir);
    if (token === "pulumi:pulumi:getResource") {
      const state = this.#executor.steps.registered.get(String(args.urn));
      if (!state) throw new Error(`there is no resource ${args.urn}`);
      return response.setReturn(toStruct({ urn: state.urn, id: state.id ?? "", state: state.outputs }));
    }
    if (hasUnknown(args)) return response.setReturn(toStruct({})).setUnknown(true);
    const reference = request.getProvider() || undefined;
    const provider = await this.#executor.providerFor(token, reference, request.getVersion() || undefined);
    const { result, failures } = await provider.invoke(token, args);
    return response.setReturn(toStruct(result)).setFailuresList(failures);
  }
}
