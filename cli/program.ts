import { Command } from "commander";
import { version } from "./project.ts";
import { overview } from "./show/overview.ts";
import { registerVerbs } from "./verbs/index.ts";

export const OK = 0;
export const FAILED = 1;
export const USAGE = 2;

/** The command with all its verbs. Whoever calls it does the work of a verb only then. */
export function makeProgram(): Command {
  const program = new Command("trivet")
    .exitOverride()
    .showHelpAfterError("(--help tells what there is)")
    .version(version(), "-V, --version", "the version of Trivet")
    .usage("<verb> <environment> [what…] [options]")
    .description("Highly available infrastructure over failure domains, without the internet.");
  registerVerbs(program);
  // Verbs have commander's own help: only what is registered before is inherited.
  return program.configureHelp({ formatHelp: (command, helper) => overview(command, helper, FOOTER) });
}

const FOOTER = `Examples: trivet up dev, trivet status dev --watch. More: trivet <verb> --help
Exit codes: ${OK} well, ${FAILED} failed or not healthy, ${USAGE} usage or settings, 3 chaos broke.
`;
