/**
 * The embedded Pulumi engine: runs an unmodified Pulumi program without the Pulumi CLI, on the state files of the CLI's
 * own file backend, so that either goes on where the other stopped.
 *
 * A program's registrations become steps, the executor does them through the providers, and the snapshot records them.
 */
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { UserError } from "../core/errors.ts";
import { readProject } from "./project/project.ts";
import type { Options, Result, Session } from "./session.ts";
import { type StackFiles, stackFiles } from "./state/backend.ts";
import { type Backup, findBackups, newestGood, readBackup } from "./state/backups.ts";
import { deploymentProblems } from "./state/check.ts";
import { Checkpoint, unseal, unsealResource } from "./state/checkpoint.ts";
import type { StoredDeployment } from "./state/format.ts";
import { holderOf, lock } from "./state/lock.ts";
import type { ResourceState } from "./state/resource.ts";
import { Crypter, openCrypter } from "./state/secrets.ts";
import { mustBeWritable } from "./state/write.ts";
import { STACK_TYPE } from "./wire/urn.ts";
import { maskSecrets, type Props, stripSecrets } from "./wire/values.ts";

export { UnsupportedError } from "./errors.ts";
export type { DiagnosticEvent, EngineEvent, Op, StepEvent } from "./events.ts";
export type { Options, Result } from "./session.ts";
export type { Backup } from "./state/backups.ts";
export { StateError } from "./state/errors.ts";
export type { StoredDeployment } from "./state/format.ts";
export type { ResourceState } from "./state/resource.ts";
export { Crypter } from "./state/secrets.ts";
export { urnParts } from "./wire/urn.ts";
export type { Value } from "./wire/values.ts";
export { isSecret, stripSecrets } from "./wire/values.ts";

// A run alone needs gRPC and the providers: who only reads a state does not wait until they are loaded.
const withSession: typeof import("./session.ts").withSession = async (options, work) =>
  (await import("./session.ts")).withSession(options, work);
const read: typeof import("./deployment/refresh.ts").refresh = async (deployment, targets) =>
  (await import("./deployment/refresh.ts")).refresh(deployment, targets);

/** Makes the stack what the program says: creates, updates, replaces, and deletes what the program has no longer. */
export const up = (options: Options): Promise<Result> =>
  withSession(options, { dryRun: false, program: true, run: followProgram });

/** Tells what `up` would do. */
export const preview = (options: Options): Promise<Result> =>
  withSession(options, { dryRun: true, program: true, run: followProgram });

/** Records what is really there, without changing it and without running the program; only of `targets` when given. */
export const refresh = (options: Options): Promise<Result> =>
  withSession(options, { dryRun: false, program: false, run: ({ deployment }) => read(deployment, options.targets) });

/**
 * Looks what differs from what is recorded, as `refresh` does, and writes nothing. What can't be looked at is an error each, and
 * keeps nobody from the others.
 */
export const drift = (options: Options): Promise<Result> =>
  withSession(options, { dryRun: true, program: false, run: ({ deployment }) => read(deployment) });

/** Deletes everything of the stack, in the reverse order of dependency. */
export const destroy = (options: Options): Promise<Result> =>
  withSession(options, { dryRun: false, program: false, run: ({ remover }) => remover.removeAllBut(() => false) });

/** The stack's outputs as recorded; empty when the stack is not up. */
export async function outputs(
  options: Pick<Options, "projectDir" | "stack" | "backend" | "passphrase" | "showSecrets">,
): Promise<Record<string, unknown>> {
  const { passphrase, showSecrets } = options;
  const checkpoint = await readCheckpoint(options);
  const recorded = checkpoint.outputsOf(STACK_TYPE);
  // Without a wish to see secrets there is no need for the key, which takes half a second to derive.
  if (!showSecrets || !checkpoint.salt) return maskSecrets(recorded);
  return stripSecrets((await unseal(recorded, await openCrypter(passphrase, checkpoint.salt), "outputs")) as Props);
}

/** The path of a file that is kept beside the state of a stack: `<folder of the state>/<room>/<project>/<name>`. */
export async function besideState(options: Place, room: string, name: string): Promise<string> {
  const { files, project } = await placeOf(options);
  return join(dirname(files.root), room, project, name);
}

/** The state with its secrets sealed, as `pulumi stack export` gives it; undefined where nothing is recorded. */
export const exportState = async (options: Place): Promise<StoredDeployment | undefined> =>
  (await readCheckpoint(options)).stored;

/**
 * Puts a state in the place of the one that is there, which is kept; undefined leaves one that records nothing. A file that is no
 * state is set aside.
 *
 * @throws {UserError} when it is another stack's
 */
export async function importState(options: Place, state: StoredDeployment | undefined): Promise<void> {
  const { files, project } = await placeOf(options);
  await replacing(files, async () => {
    const checkpoint = await Checkpoint.readToReplace(files, project, options.stack);
    await (state ? checkpoint.replace(state) : checkpoint.forget());
  });
}

async function replacing<T>(files: StackFiles, work: () => Promise<T>): Promise<T> {
  await mustBeWritable(files.checkpoint);
  const unlock = await lock(files, () => {});
  try {
    return await work();
  } finally {
    unlock();
  }
}

/** What a look at a stack's state found. */
export interface StateReport {
  file: string;
  /** When it was written; undefined where there is none. RFC 3339 */
  written?: string;
  resources: number;
  /** Operations that a run began and did not end. */
  pending: number;
  /** A sentence each; none when a run can go on from it. */
  problems: string[];
  /** Who holds it at the moment. */
  holder?: string;
  /** earlier States, newest first. */
  backups: Backup[];
}

/** Looks whether a run could go on from the state. With a passphrase each of its secrets is opened, too. */
export async function checkState(options: Place, passphrase?: string): Promise<StateReport> {
  const { files, project } = await placeOf(options);
  const report: StateReport = {
    file: files.checkpoint,
    resources: 0,
    pending: 0,
    problems: [],
    holder: await holderOf(files),
    backups: await findBackups(files),
  };
  try {
    const checkpoint = await Checkpoint.read(files, project, options.stack);
    const { stored, salt } = checkpoint;
    report.written = checkpoint.written;
    report.resources = stored?.resources?.length ?? 0;
    report.pending = stored?.pending_operations?.length ?? 0;
    if (stored) report.problems.push(...deploymentProblems(stored, project, options.stack));
    if (salt && passphrase !== undefined) await checkpoint.open(Crypter.open(passphrase, salt));
    await mustBeWritable(files.checkpoint);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    report.problems.push(error.message);
  }
  return report;
}

/**
 * Puts an earlier state in the place of the one that is there, which is kept where it is a state, and set aside where it is none.
 *
 * @param from a path, or the name of one that is kept; the newest that records anything, unless given
 * @throws {UserError} when there is none, or it can't be used
 */
export async function restoreState(options: Place, from?: string): Promise<Backup> {
  const backup = await backupToRestore(options, from);
  await importState(options, backup.state);
  return backup;
}

/** Which state `restoreState` would put back. @throws {UserError} as that does */
export async function backupToRestore(options: Place, from?: string): Promise<Backup> {
  const { files, project } = await placeOf(options);
  const backup = await chooseBackup(files, options.stack, from);
  const { path, broken, state } = backup;
  if (broken !== undefined) throw new UserError(`${path} can't be put back: it ${broken}.`);
  if (!state?.resources?.length) throw new UserError(`${path} records nothing: there is nothing to put back.`);
  const problems = deploymentProblems(state, project, options.stack);
  if (problems.length > 0) throw new UserError(`${path} can't be put back: ${problems.join("; ")}.`);
  return backup;
}

async function chooseBackup(files: StackFiles, stack: string, from: string | undefined): Promise<Backup> {
  const kept = await findBackups(files);
  if (from === undefined) {
    const good = newestGood(kept);
    if (good) return good;
    throw new UserError(
      `No earlier state is kept for "${stack}" (looked for ${files.checkpoint}.bak and in ${files.backups}). ` +
        `"trivet adopt ${stack}" brings the copy that lies beside the environment.`,
    );
  }
  const path = [resolve(from), join(files.backups, from), join(dirname(files.checkpoint), from)].find(existsSync);
  if (path) return readBackup(path);
  const names = kept.map(({ path }) => path).join(", ");
  throw new UserError(`There is no ${from}: expected a file${names && `, or one of those that are kept: ${names}`}.`);
}

/** The files of the backend's stacks whose secrets are encrypted. */
export async function sealedStacks(backend: Backend): Promise<string[]> {
  const stacks = await stacksOf(backend);
  return stacks.flatMap(({ path, checkpoint }) => (checkpoint && !checkpoint.salt ? [] : [path]));
}

/** The names of the backend's stacks of which something is recorded. */
export async function recordedStacks(backend: Backend): Promise<string[]> {
  const stacks = await stacksOf(backend);
  return stacks.flatMap(({ stack, checkpoint }) => (checkpoint && !checkpoint.stored ? [] : [stack]));
}

type Backend = Pick<Place, "projectDir" | "backend">;

/** All stacks of a backend. One whose file can't be read has no checkpoint: whatever may be in it, may be. */
async function stacksOf({ projectDir, backend }: Backend) {
  const { directory, name: project } = await readProject(projectDir);
  const folder = dirname(stackFiles(backend, directory, project, "any").checkpoint);
  const files = await readdir(folder).catch((): string[] => []);
  const stacks = files.flatMap((file) => /^(.+)\.json$/.exec(file)?.[1] ?? []).sort();
  return Promise.all(
    stacks.map(async (stack) => {
      const files = stackFiles(backend, directory, project, stack);
      const checkpoint = await Checkpoint.read(files, project, stack).catch(() => undefined);
      return { stack, path: files.checkpoint, checkpoint };
    }),
  );
}

/** Whether a passphrase opens the secrets of a state; true where it has none. */
export async function opens({ secrets_providers }: StoredDeployment, passphrase: string): Promise<boolean> {
  const salt = secrets_providers?.state?.salt;
  if (!salt) return true;
  return Crypter.open(passphrase, salt)
    .verify()
    .then(
      () => true,
      () => false,
    );
}

/** The resources of a state with their secrets opened; `isSecret` tells them, `stripSecrets` takes the mark away. */
export async function openedResources(state: StoredDeployment, passphrase: string): Promise<ResourceState[]> {
  const crypter = await openCrypter(passphrase, state.secrets_providers?.state?.salt);
  return Promise.all((state.resources ?? []).map((resource) => unsealResource(resource, crypter)));
}

/** Where a stack's state is. */
type Place = Pick<Options, "projectDir" | "stack" | "backend">;

async function placeOf({ projectDir, stack, backend }: Place): Promise<{ files: StackFiles; project: string }> {
  const { directory, name: project } = await readProject(projectDir);
  return { files: stackFiles(backend, directory, project, stack), project };
}

async function readCheckpoint(options: Place): Promise<Checkpoint> {
  const { files, project } = await placeOf(options);
  return Checkpoint.read(files, project, options.stack);
}

async function followProgram({ deployment, executor, remover, monitor, program }: Session): Promise<void> {
  await program!.follow(deployment, monitor);
  await deployment.settle();
  // After a failure nobody knows what the program still wanted to have.
  if (deployment.stopped || deployment.reporter.errors.length > 0) return;
  // With targets only what their replacements left.
  const { targets } = deployment.options;
  await remover.removeAllBut((state) => targets !== undefined || executor.steps.keeps(state));
}
