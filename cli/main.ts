import { join } from "node:path";
import { Command } from "commander";
import dotenv from "dotenv";
import { Failure, UserError } from "../core/errors.ts";
import { endWithReader } from "./pipes.ts";
import { projectDir } from "./project.ts";
import { registerVerbs } from "./verbs/index.ts";
import { examples } from "./verbs/words.ts";

endWithReader();
dotenv.config({ path: join(projectDir, ".env"), quiet: true });

const OK = 0;
const FAILED = 1;
const USAGE = 2;

const program = new Command("trivet")
  .exitOverride()
  .description("Highly available infrastructure over failure domains: one settings file, one program, no internet.")
  .showHelpAfterError("(--help tells what there is)")
  .addHelpText(
    "after",
    `${examples("up dev", "status dev --watch", "destroy dev")}
Exit codes: ${OK} all well, ${FAILED} something failed or is not healthy, ${USAGE} the command, settings or machine are not right;\nof chaos also 3: the run itself broke, which says nothing about the environment.`,
  );

registerVerbs(program);

try {
  await program.parseAsync();
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
