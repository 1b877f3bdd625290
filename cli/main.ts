import { join, resolve } from "node:path";
import dotenv from "dotenv";
import { Failure, UserError } from "../core/errors.ts";
import { endWithReader } from "./pipes.ts";
import { FAILED, makeProgram, OK, USAGE } from "./program.ts";
import { projectDir } from "./project.ts";

endWithReader();
dotenv.config({ path: join(projectDir, ".env"), quiet: true });
// Relative to the project, wherever trivet or a program that it starts is called.
if (process.env.TRIVET_SSH_CONFIG) process.env.TRIVET_SSH_CONFIG = resolve(projectDir, process.env.TRIVET_SSH_CONFIG);

try {
  await makeProgram().parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

function exitCodeOf(error: unknown): number {
  const { name, code, exitCode, message } = error as Error & { code?: string; exitCode?: number };
  // Commander has told its own already.
  if (code?.startsWith("commander.")) return exitCode === 0 ? OK : USAGE;
  if (error instanceof UserError || error instanceof Failure) {
    console.error(`\n${message}`);
    return error instanceof Failure ? FAILED : USAGE;
  }
  console.error(`\nThis should not have happened (${name}). Please report it with all of the following:`);
  console.error(error);
  return FAILED;
}
