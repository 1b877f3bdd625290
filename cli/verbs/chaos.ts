import type { Command } from "commander";
import { onEnvironment } from "./environment.ts";
import { examples, json, wholeNumber } from "./words.ts";

export function chaos(program: Command): void {
  onEnvironment(program.command("chaos"), {
    leftOut: ({ list }) => (list ? "the only one" : "refused"),
    tellsBroken: true,
  })
    .summary("break it on purpose")
    .description(
      "Breaks an environment on purpose, one experiment after the other, heals it, and judges what clients saw: no acknowledged write lost, one writer, names that resolve, one notification per outage. Writes a report. Only where the settings allow it (allowChaos).",
    )
    .option("--only <names>", "only these experiments, separated by commas", (text) => text.split(","))
    .option("--quick", "only the short set")
    .option("--list", "list the experiments, and every fault by service and level")
    .option("--monkey <minutes>", "instead, any two faults at once, drawn by lot, for so many minutes", wholeNumber)
    .option("--seed <number>", "repeat what another run drew by lot", wholeNumber)
    .addOption(json("with --list, experiments and faults"))
    .addHelpText(
      "after",
      examples("chaos dev --quick", "chaos dev --only database-kill,domain-cut-off", "chaos dev --monkey 60"),
    )
    .action(async (name, options) => (await import("../commands/chaos.ts")).chaos(name, options));
}
