import { Argument, type Command } from "commander";
import { onEnvironment } from "./environment.ts";
import { examples, json } from "./words.ts";

export function report(program: Command): void {
  onEnvironment(program.command("report"), {
    leftOut: "the only one",
    what: [
      new Argument("[run]", "its folder, or its name in .trivet/chaos/<environment> (default: the newest)"),
      new Argument("[other]", "a later run to compare it with"),
    ],
    formerly: "--env",
  })
    .summary("what chaos found")
    .description(
      "Prints the summary of a run of chaos and where its report is. With two runs: what is different in the second.",
    )
    .addOption(json("the whole run; of two runs the verdicts that changed"))
    .addHelpText("after", examples("report dev", "report dev 2026-11-21T12-00-00.000Z 2026-11-22T12-00-00.000Z"))
    .action(async (environment, run, other, options) =>
      (await import("../commands/report.ts")).report(environment, run, other, options),
    );
}
