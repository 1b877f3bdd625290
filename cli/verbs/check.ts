import type { Command } from "commander";
import { environment, examples } from "./words.ts";

export function check(program: Command): void {
  program
    .command("check")
    .summary("measure every clock")
    .description(
      "Measures the clock of every host and every database against the site's time. The exit code is 0 only when all are right.",
    )
    .addArgument(environment())
    .option("--json", "for programs: right, limits, and clocks with their verdicts")
    .addHelpText("after", examples("check", "check dev --json | jq '.clocks[] | select(.verdict != \"right\")'"))
    .action(async (name, options) => (await import("../commands/check.ts")).check(name, options));
}
