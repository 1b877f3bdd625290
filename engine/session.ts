import { fileURLToPath } from "node:url";
import { UserError } from "../core/errors.ts";
import { Deployment } from "./deployment/deployment.ts";
import { Executor } from "./deployment/executor.ts";
import { Remover } from "./deployment/remover.ts";
import { Reporter } from "./deployment/reporter.ts";
import { Snapshot } from "./deployment/snapshot.ts";
import type { EngineEvent, Op } from "./events.ts";
import { nodeCommand } from "./plugin/process.ts";
import type { PluginHost } from "./plugin/provider.ts";
import { Monitor } from "./program/monitor.ts";
import { Program, type ProgramArgs } from "./program/program.ts";
import { type Project, readProject } from "./project/project.ts";
import { type Config, readSettings, resolveConfig, type StackSettings } from "./project/settings.ts";
import { type StackFiles, stackFiles } from "./state/backend.ts";
import { Checkpoint } from "./state/checkpoint.ts";
import { lock } from "./state/lock.ts";
import type { PendingOperation } from "./state/resource.ts";
import { openCrypter } from "./state/secrets.ts";
import { mustBeWritable } from "./state/write.ts";
import { STACK_TYPE, type Urn } from "./wire/urn.ts";
import { maskSecrets, nameUnknowns, type Props, secret, stripSecrets } from "./wire/values.ts";

/** Which stack to work on, and how. */
export interface Options {
  /** The folder of `Pulumi.yaml`. */
  projectDir: string;
  stack: string;
  /** Where the state is: `file://` with a path, a relative one seen from the project's folder. */
  backend: string;
  /** Encrypts the stack's secrets. */
  passphrase: string;
  /** How many resources are worked on at a time, 16 unless given. */
  parallel?: number;
  onEvent?: (event: EngineEvent) => void;
  /** Ends the run early: what runs is finished and recorded, nothing new begins. */
  signal?: AbortSignal;
  /** Outputs in clear; otherwise each secret reads `[secret]`. */
  showSecrets?: boolean;
  /** `real`: the docker provider that Pulumi installs, instead of the embedded one. */
  docker?: "embedded" | "real";
  /** Configuration of this run alone, by namespaced key: over what the settings files say. */
  config?: Record<string, string>;
  /** Only the resources with these URNs are changed; all others that are recorded stay as they are. */
  targets?: readonly Urn[];
  /** Commands that serve a package's provider, by package name. */
  plugins?: Record<string, string[]>;
}

export interface Result {
  ok: boolean;
  /** How many resources each operation was done to. */
  changes: Partial<Record<Op, number>>;
  outputs: Record<string, unknown>;
  /** Why it is not ok, one sentence each. */
  errors: string[];
  /** Milliseconds from beginning to end. */
  ms: number;
}

/** All that a run works with. */
export interface Session {
  deployment: Deployment;
  executor: Executor;
  remover: Remover;
  monitor: Monitor;
  /** Started, when the work wants one. */
  program: Program | undefined;
}

interface Work {
  /** Changes nothing and takes no lock. */
  dryRun: boolean;
  /** Runs the program. */
  program: boolean;
  run(session: Session): Promise<void>;
}

const DEFAULT_PARALLEL = 16;
const EMBEDDED_DOCKER = fileURLToPath(new URL("./docker/main.ts", import.meta.url));

/**
 * Opens the stack, does the work, and closes it again whatever happens: state saved, processes ended, lock given back.
 *
 * @throws {UserError} when the work can't begin, or its record can't be written any more; what else goes wrong later is told
 * in the result
 */
export async function withSession(options: Options, work: Work): Promise<Result> {
  const began = performance.now();
  const reporter = new Reporter(options.onEvent ?? (() => {}));
  const project = await readProject(options.projectDir);
  const files = stackFiles(options.backend, project.directory, project.name, options.stack);
  if (!work.dryRun) await mustBeWritable(files.checkpoint);
  const unlock = work.dryRun ? () => {} : await lock(files, (message) => reporter.log("warning", message));
  try {
    const outputs = await openAndRun(options, project, files, work, reporter);
    if (reporter.unrecorded) throw reporter.unrecorded;
    return {
      ok: reporter.errors.length === 0,
      changes: reporter.changes,
      outputs: nameUnknowns(options.showSecrets ? stripSecrets(outputs) : maskSecrets(outputs)),
      errors: reporter.errors,
      ms: Math.round(performance.now() - began),
    };
  } finally {
    unlock();
  }
}

/** @returns the stack's outputs */
async function openAndRun(
  options: Options,
  project: Project,
  files: StackFiles,
  work: Work,
  reporter: Reporter,
): Promise<Props> {
  const { stack, passphrase, parallel = DEFAULT_PARALLEL } = options;
  const { dryRun } = work;
  // What is recorded can be read and removed whatever became of the settings.
  const orNone =
    <T>(none: T) =>
    (error: Error): T => {
      if (work.program) throw error;
      reporter.log("warning", `the settings of ${stack} can't be read, and are not needed: ${error.message}`);
      return none;
    };
  const settings = await readSettings(project, stack).catch(orNone<StackSettings>({ config: {} }));
  const checkpoint = await Checkpoint.read(files, project.name, stack);
  const crypter = await openCrypter(passphrase, checkpoint.salt ?? settings.salt);
  const config = await resolveConfig(
    project,
    settings,
    await openCrypter(passphrase, settings.salt ?? crypter.salt),
  ).catch(orNone<Config>({ values: {}, secretKeys: [] }));
  Object.assign(config.values, options.config);
  const monitor = new Monitor(project.directory, config);
  const address = await monitor.listen();
  let program: Program | undefined;
  try {
    if (work.program) {
      // It loads for a second: meanwhile the state is read and decrypted.
      const args: ProgramArgs = { project, config, stack, dryRun, parallel, address };
      program = await Program.start(args, (line) => reporter.log("info", line));
    }
    await crypter.verify();
    const { resources, pending } = await checkpoint.open(crypter);
    for (const { inputs, outputs } of resources) reporter.secrets.learn([inputs, outputs]);
    for (const key of config.secretKeys) reporter.secrets.learn(secret(config.values[key]!));
    const interrupted = interruptedCreations(pending, reporter);
    const snapshot = new Snapshot(resources, interrupted, dryRun ? undefined : { checkpoint, crypter });
    const host = pluginHost(options, project, config, address, reporter);
    const targets = options.targets && new Set(options.targets);
    const scope = { project: project.name, stack, dryRun, parallel, ...(targets && { targets }) };
    const deployment = new Deployment(scope, snapshot, reporter, host, interrupted);
    const remover = new Remover(deployment);
    const executor = new Executor(deployment, remover, (pkg) => providerConfig(pkg, config));
    monitor.attach(deployment, executor);
    await runAndSave({ deployment, executor, remover, monitor, program }, work, options.signal);
    return snapshot.resources.find((state) => state.type === STACK_TYPE)?.outputs ?? {};
  } finally {
    program?.kill();
    monitor.close();
  }
}

async function runAndSave(session: Session, work: Work, signal: AbortSignal | undefined): Promise<void> {
  const { deployment } = session;
  const interrupt = (): void =>
    deployment.interrupt(
      new UserError("Interrupted: the steps under way were finished and recorded, no others began."),
    );
  signal?.addEventListener("abort", interrupt, { once: true });
  if (signal?.aborted) interrupt();
  deployment.plugins.prepareRecorded();
  try {
    await work.run(session);
  } catch (error) {
    deployment.fail(error);
  }
  try {
    await deployment.settle();
    await deployment.snapshot.save();
  } catch (error) {
    deployment.fail(error);
  } finally {
    signal?.removeEventListener("abort", interrupt);
    await deployment.plugins.stop();
  }
}

/** What was being changed or deleted is in the state still, and is found out anew. What was being created is not. */
function interruptedCreations(pending: PendingOperation[], reporter: Reporter): PendingOperation[] {
  const interrupted = pending.filter(({ type }) => type === "creating");
  for (const { resource } of interrupted) {
    reporter.log("warning", "an earlier run ended while it was being created: it is tried again", resource.urn);
  }
  return interrupted;
}

function pluginHost(
  options: Options,
  project: Project,
  config: Config,
  engineAddress: string,
  reporter: Reporter,
): PluginHost {
  return {
    projectDir: project.directory,
    project: project.name,
    stack: options.stack,
    engineAddress,
    configJson: JSON.stringify(config.values),
    folders: project.providerPaths,
    commands: {
      ...(options.docker !== "real" && { docker: nodeCommand(EMBEDDED_DOCKER) }),
      ...options.plugins,
    },
    debug: (message) => reporter.log("debug", message),
  };
}

/** A default provider gets the values of its own namespace; a dynamic one gets all, under their full names. */
function providerConfig(pkg: string, config: Config): Props {
  const dynamic = pkg === "pulumi-nodejs";
  const own = Object.entries(config.values).filter(([key]) => dynamic || key.startsWith(`${pkg}:`));
  return Object.fromEntries(
    own.map(([key, value]) => [
      dynamic ? key : key.slice(pkg.length + 1),
      config.secretKeys.includes(key) ? secret(value) : value,
    ]),
  );
}
