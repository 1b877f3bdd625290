import type { Command } from "commander";
import { onEnvironment } from "./environment.ts";
import { examples, json, wholeNumber } from "./words.ts";

export function history(program: Command): void {
  onEnvironment(program.command("history"), { leftOut: "the only one" })
    .summary("who did what, and when")
    .description(
      "Lists what was done to an environment by commands that change it: when, by whom, from which machine, and how it ended. Kept beside the state, also when the environment is destroyed.",
    )
    .option("--last <count>", "only the latest", wholeNumber)
    .addOption(json("what was done, oldest first"))
    .addHelpText("after", examples("history production", "history production --last 10 --json"))
    .action(async (name, options) => (await import("../commands/history.ts")).history(name, options));
}
