import { fileURLToPath } from "node:url";
import { Deployment } from "./deployment/deployment.ts";
import { Executor } from "./deployment/executor.ts";
import { Remover } from "./deployment/remover.ts";
import { Reporter } from "./deployment/reporter.ts";
import { Snapshot } from "./deployment/snapshot.ts";
import { EngineError } from "./errors.ts";
import type { EngineEvent, Op } from "./events.ts";
import { nodeCommand } from "./plugin/process.ts";
import { Monitor } from "./program/monitor.ts";
import { type Project, readProject } from "./project/project.ts";
import { type Config, readSettings, resolveConfig } from "./project/settings.ts";
import { stackFiles } from "./state/backend.ts";
import { Checkpoint } from "./state/checkpoint.ts";
import { lock } from "./state/lock.ts";
import { Crypter } from "./state/secrets.ts";
import { STACK_TYPE } from "./wire/urn.ts";
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
  project: Project;
  config: Config;
  monitor: Monitor;
  address: string;
  deployment: Deployment;
  executor: Executor;
  remover: Remover;
}

const DEFAULT_PARALLEL = 16;
const EMBEDDED_DOCKER = fileURLToPath(new URL("./docker/main.ts", import.meta.url));

/**
 * Opens the stack, does the work, and closes it again whatever happens: state saved, providers ended, lock given back.
 *
 * @param dryRun changes nothing and takes no lock
 * @throws {EngineError} when the work can't begin; what goes wrong later is told in the result
 */
export async function withSession(
  options: Options,
  dryRun: boolean,
  work: (session: Session) => Promise<void>,
): Promise<Result> {
  const began = performance.now();
  const reporter = new Reporter(options.onEvent ?? (() => {}));
  const project = await readProject(options.projectDir);
  const files = stackFiles(options.backend, project.directory, project.name, options.stack);
  const unlock = dryRun ? () => {} : await lock(files, (message) => reporter.log("warning", message));
  try {
    const session = await open(options, project, dryRun, reporter);
    const { deployment, monitor } = session;
    const interrupt = (): void =>
      deployment.fail(new EngineError("Interrupted: the steps under way were finished and recorded, no others began."));
    options.signal?.addEventListener("abort", interrupt, { once: true });
    if (options.signal?.aborted) interrupt();
    try {
      await work(session);
    } catch (error) {
      deployment.fail(error);
    } finally {
      options.signal?.removeEventListener("abort", interrupt);
      await deployment.settle();
      await deployment.snapshot.save();
      await deployment.plugins.stop();
      monitor.close();
    }
    const outputs = deployment.snapshot.resources.find((state) => state.type === STACK_TYPE)?.outputs ?? {};
    return {
      ok: reporter.errors.length === 0 && !deployment.stopped,
      changes: reporter.changes,
      outputs: nameUnknowns(options.showSecrets ? stripSecrets(outputs) : maskSecrets(outputs)),
      errors: reporter.errors,
      ms: Math.round(performance.now() - began),
    };
  } finally {
    unlock();
  }
}

async function open(options: Options, project: Project, dryRun: boolean, reporter: Reporter): Promise<Session> {
  const { stack, passphrase, parallel = DEFAULT_PARALLEL } = options;
  const settings = await readSettings(project, stack);
  const files = stackFiles(options.backend, project.directory, project.name, stack);
  const checkpoint = await Checkpoint.read(files, project.name, stack);
  const crypter = await openCrypter(passphrase, checkpoint.salt ?? settings.salt);
  const config = await resolveConfig(project, settings, await openCrypter(passphrase, settings.salt ?? crypter.salt));
  const { resources, pending } = await checkpoint.open(crypter);

  // What was being changed or deleted is in the state still, and is found out anew. What was being created is not.
  const interrupted = pending.filter(({ type }) => type === "creating");
  for (const { resource } of interrupted) {
    reporter.log("warning", "an earlier run ended while it was being created: it is tried again", resource.urn);
  }

  const monitor = new Monitor(project.directory, config);
  const address = await monitor.listen();
  const snapshot = new Snapshot(resources, interrupted, dryRun ? undefined : { checkpoint, crypter });
  const host = {
    projectDir: project.directory,
    project: project.name,
    stack,
    engineAddress: address,
    configJson: JSON.stringify(config.values),
    folders: project.providerPaths,
    commands: {
      ...(options.docker !== "real" && { docker: nodeCommand(EMBEDDED_DOCKER) }),
      ...options.plugins,
    },
    debug: (message: string) => reporter.log("debug", message),
  };
  const deployment = new Deployment(
    { project: project.name, stack, dryRun, parallel },
    snapshot,
    reporter,
    host,
    interrupted,
  );
  const remover = new Remover(deployment);
  const executor = new Executor(deployment, remover, { of: (pkg) => providerConfig(pkg, config) });
  monitor.attach(deployment, executor);
  return { project, config, monitor, address, deployment, executor, remover };
}

export function openCrypter(passphrase: string, salt: string | undefined): Promise<Crypter> {
  return salt ? Promise.resolve(Crypter.open(passphrase, salt)) : Crypter.create(passphrase);
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
