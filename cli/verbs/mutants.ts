import type { Command } from "commander";
import { onEnvironment } from "./environment.ts";
import { examples, json, wholeNumber } from "./words.ts";

export function mutants(program: Command): void {
  onEnvironment(program.command("mutants"), {
    leftOut: ({ list }) => (list ? "not needed" : "refused"),
    tellsBroken: true,
  })
    .summary("does chaos find them?")
    .description(
      "Checks the chaos suite itself: misconfigures every service of an environment, one way after the other, and tells which audit rule or experiment finds it. Only in a lab whose settings allow everything (allowChaos: true). Exit code 3: the run broke.",
    )
    .option("--only <names>", "only these mutants, separated by commas", (text) => text.split(","))
    .option("--list", "list them, and what is to find each")
    .option("--seed <number>", "repeat what another run drew by lot", wholeNumber)
    .addOption(json("with --list, the mutants"))
    .addHelpText("after", examples("mutants dev", "mutants dev --only flush-0,tcp-check"))
    .action(async (name, options) => (await import("../commands/mutants.ts")).mutants(name, options));
}
