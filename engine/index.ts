/**
 * The embedded Pulumi engine: runs an unmodified Pulumi program without the Pulumi CLI, on the state files of the CLI's
 * own file backend, so that either goes on where the other stopped.
 *
 * A program's registrations become steps, the executor does them through the providers, and the snapshot records them.
 */
import { readdir } from "node:fs/promises";
import { dirname } from "node:path";
import { refresh as read } from "./deployment/refresh.ts";
import { readProject } from "./project/project.ts";
import { type Options, openCrypter, type Result, type Session, withSession } from "./session.ts";
import { stackFiles } from "./state/backend.ts";
import { Checkpoint, type StoredDeployment, unseal } from "./state/checkpoint.ts";
import { lock } from "./state/lock.ts";
import { Crypter } from "./state/secrets.ts";
import { STACK_TYPE, type Urn } from "./wire/urn.ts";
import { maskSecrets, type Props, stripSecrets } from "./wire/values.ts";

export { UnsupportedError } from "./errors.ts";
export type { DiagnosticEvent, EngineEvent, Op, StepEvent } from "./events.ts";
export type { Options, Result } from "./session.ts";
export type { StoredDeployment } from "./state/checkpoint.ts";

/** Makes the stack what the program says: creates, updates, replaces, and deletes what the program has no longer. */
export const up = (options: Options): Promise<Result> =>
  withSession(options, { dryRun: false, program: true, run: followProgram });

/** Tells what `up` would do. */
export const preview = (options: Options): Promise<Result> =>
  withSession(options, { dryRun: true, program: true, run: followProgram });

/** Records what is really there, without changing it and without running the program; only of `targets` when given. */
export const refresh = (options: Options & { targets?: readonly Urn[] }): Promise<Result> =>
  withSession(options, { dryRun: false, program: false, run: ({ deployment }) => read(deployment, options.targets) });

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

/** The state with its secrets sealed, as `pulumi stack export` gives it; undefined where nothing is recorded. */
export const exportState = async (options: Place): Promise<StoredDeployment | undefined> =>
  (await readCheckpoint(options)).stored;

/**
 * Puts a state in the place of the one that is there, which is kept as `.bak`; undefined takes it away.
 *
 * @throws {UserError} when it is another stack's
 */
export async function importState(options: Place, state: StoredDeployment | undefined): Promise<void> {
  const checkpoint = await readCheckpoint(options);
  const unlock = await lock(checkpoint.files, () => {});
  try {
    await (state ? checkpoint.replace(state) : checkpoint.forget());
  } finally {
    unlock();
  }
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

/** Where a stack's state is. */
type Place = Pick<Options, "projectDir" | "stack" | "backend">;

async function readCheckpoint({ projectDir, stack, backend }: Place): Promise<Checkpoint> {
  const project = await readProject(projectDir);
  return Checkpoint.read(stackFiles(backend, project.directory, project.name, stack), project.name, stack);
}

async function followProgram({ deployment, executor, remover, monitor, program }: Session): Promise<void> {
  await program!.follow(deployment, monitor);
  await deployment.settle();
  // After a failure nobody knows what the program still wanted to have.
  if (deployment.stopped || deployment.reporter.errors.length > 0) return;
  await remover.removeAllBut((state) => executor.steps.keeps(state));
}
