import type { Command } from "commander";

export function state(program: Command): void {
  const state = program
    .command("state")
    .summary("check or restore record")
    .description(
      "Looks at the file that records what an environment is made of, and puts an earlier one back: each run that changes something keeps the record that was there, the newest ten.",
    );
  state
    .command("check")
    .description(
      "Tells whether a run could go on from the state, with all of its secrets, and which earlier states are kept. The exit code is 0 only when one could.",
    )
    .argument("<environment>", "the environment")
    .option("--json", "for programs: file, resources, problems, backups")
    .action(async (name, options) => (await import("../commands/state.ts")).stateCheck(name, options));
  state
    .command("restore")
    .description(
      "Puts an earlier state in the place of the one that is there, which is kept. Touches nothing that runs. Asks first.",
    )
    .argument("<environment>", "the environment")
    .option("--from <backup>", "a file, or the name of one that is kept (default: the newest that records anything)")
    .option("-y, --yes", "don't ask")
    .addHelpText(
      "after",
      "\nExamples:\n  $ trivet state restore dev\n  $ trivet state restore dev --from dev.json.bak\n",
    )
    .action(async (name, options) => (await import("../commands/state.ts")).stateRestore(name, options));
}
