import type { Command } from "commander";
import { onEnvironment } from "./environment.ts";
import { engine, examples, json } from "./words.ts";

export function preview(program: Command): void {
  onEnvironment(program.command("preview"), { leftOut: "the only one", tellsBroken: true })
    .summary("what up would do")
    .description("Tells what up would do, and changes nothing.")
    .addOption(engine())
    .addOption(json("ok, changes, steps, what is missing, errors"))
    .addHelpText("after", examples("preview dev", "preview staging"))
    .action(async (name, options) => (await import("../commands/preview.ts")).preview(name, options));
}
