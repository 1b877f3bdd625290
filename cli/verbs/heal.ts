import type { Command } from "commander";
import { onEnvironment } from "./environment.ts";
import { examples } from "./words.ts";

export function heal(program: Command): void {
  onEnvironment(program.command("heal"), { leftOut: "refused" })
    .summary("what chaos left broken")
    .description(
      "Heals what a chaos run has left broken when it and its guard were killed, as up does before anything else. A run that is at work is left alone.",
    )
    .addHelpText("after", examples("heal dev"))
    .action(async (name) => (await import("../commands/heal.ts")).heal(name));
}
