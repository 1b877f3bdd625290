import type { Command } from "commander";
import { engine, environment, examples } from "./words.ts";

export function preview(program: Command): void {
  program
    .command("preview")
    .summary("tell what up would do")
    .description("Tells what up would do, and changes nothing.")
    .addArgument(environment())
    .addOption(engine())
    .addHelpText("after", examples("preview", "preview staging"))
    .action(async (name, options) => (await import("../commands/preview.ts")).preview(name, options));
}
