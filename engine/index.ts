/**
 * The embedded Pulumi engine: runs an unmodified Pulumi program without the Pulumi CLI, on the state files of the CLI's
 * own file backend, so that either goes on where the other stopped.
 *
 * A program's registrations become steps, the executor does them through the providers, and the snapshot records them.
 */
import { refresh as readEverything } from "./deployment/refresh.ts";
import { readProject } from "./project/project.ts";
import { type Options, openCrypter, type Result, type Session, withSession } from "./session.ts";
import { stackFiles } from "./state/backend.ts";
import { Checkpoint, unseal } from "./state/checkpoint.ts";
import { STACK_TYPE } from "./wire/urn.ts";
import { maskSecrets, type Props, stripSecrets } from "./wire/values.ts";

export { EngineError, UnsupportedError } from "./errors.ts";
export type { DiagnosticEvent, EngineEvent, Op, StepEvent } from "./events.ts";
export type { Options, Result } from "./session.ts";

/** Makes the stack what the program says: creates, updates, replaces, and deletes what the program has no longer. */
export const up = (options: Options): Promise<Result> =>
  withSession(options, { dryRun: false, program: true, run: followProgram });

/** Tells what `up` would do. */
export const preview = (options: Options): Promise<Result> =>
  withSession(options, { dryRun: true, program: true, run: followProgram });

/** Records what is really there, without changing it and without running the program. */
export const refresh = (options: Options): Promise<Result> =>
  withSession(options, { dryRun: false, program: false, run: ({ deployment }) => readEverything(deployment) });

/** Deletes everything of the stack, in the reverse order of dependency. */
export const destroy = (options: Options): Promise<Result> =>
  withSession(options, { dryRun: false, program: false, run: ({ remover }) => remover.removeAllBut(() => false) });

/** The stack's outputs as recorded; empty when the stack is not up. */
export async function outputs(
  options: Pick<Options, "projectDir" | "stack" | "backend" | "passphrase" | "showSecrets">,
): Promise<Record<string, unknown>> {
  const { stack, passphrase, showSecrets } = options;
  const project = await readProject(options.projectDir);
  const files = stackFiles(options.backend, project.directory, project.name, stack);
  const checkpoint = await Checkpoint.read(files, project.name, stack);
  const recorded = checkpoint.outputsOf(STACK_TYPE);
  // Without a wish to see secrets there is no need for the key, which takes half a second to derive.
  if (!showSecrets || !checkpoint.salt) return maskSecrets(recorded);
  return stripSecrets((await unseal(recorded, await openCrypter(passphrase, checkpoint.salt), "outputs")) as Props);
}

async function followProgram({ deployment, executor, remover, monitor, program }: Session): Promise<void> {
  await program!.follow(deployment, monitor);
  await deployment.settle();
  // After a failure nobody knows what the program still wanted to have.
  if (deployment.stopped || deployment.reporter.errors.length > 0) return;
  await remover.removeAllBut((state) => executor.steps.keeps(state));
}
