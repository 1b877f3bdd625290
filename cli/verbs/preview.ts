import type { Command } from "commander";
import { onEnvironment } from "./environment.ts";
import { engine, examples } from "./words.ts";

export function preview(program: Command): void {
  onEnvironment(program.command("preview"), { leftOut: "the only one", tellsBroken: true })
    .summary("tell what up would do")
    .description("Tells what up would do, and changes nothing.")
    .addOption(engine())
    .addHelpText("after", examples("preview dev", "preview staging"))
    .action(async (name, options) => (await import("../commands/preview.ts")).preview(name, options));
}
