import type { Command } from "commander";
import { Failure, UserError } from "../core/errors.ts";
import { checkOperator, readOperator } from "./operator.ts";
import { end, endWithReader } from "./pipes.ts";
import { FAILED, makeProgram, OK, USAGE } from "./program.ts";
import { projectDir } from "./project.ts";

endWithReader();

try {
  readOperator(projectDir);
  await makeProgram()
    .hook("preAction", (_, verb) => {
      // At a Tab nobody reads what is wrong.
      if (["complete", "completion"].includes(verb.name())) return;
      // What is in .env for a bed is not there before the bed is.
      const made = isOf("lab", verb) ? (["TRIVET_SSH_CONFIG"] as const) : [];
      checkOperator(projectDir, process.env, made);
    })
    .parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}
await end();

function isOf(name: string, verb: Command | null): boolean {
  return verb !== null && (verb.name() === name || isOf(name, verb.parent));
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
