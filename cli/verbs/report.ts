import type { Command } from "commander";
import { env, examples } from "./words.ts";

export function report(program: Command): void {
  program
    .command("report")
    .summary("tell what a run of chaos found, or compare two")
    .description(
      "Prints the summary of a run of chaos and where its report is. With two runs: what is different in the second.",
    )
    .argument("[run]", "its folder, or its name in .trivet/chaos/<environment> (default: the newest)")
    .argument("[other]", "a later run to compare it with")
    .addOption(env())
    .addHelpText(
      "after",
      examples("report", "report --env test", "report 2026-11-21T12-00-00.000Z 2026-11-22T12-00-00.000Z"),
    )
    .action(async (run, other, options) => (await import("../commands/report.ts")).report(run, other, options));
}
