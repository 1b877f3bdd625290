import type { Command } from "commander";
import { onEnvironment } from "./environment.ts";
import { engine, examples } from "./words.ts";

export function refresh(program: Command): void {
  onEnvironment(program.command("refresh"), { leftOut: "dev", tellsBroken: true })
    .summary("record what is there")
    .description("Records in the state what is really there. The next up mends what differs from the program.")
    .addOption(engine())
    .addHelpText("after", examples("refresh dev && trivet up dev"))
    .action(async (name, options) => (await import("../commands/refresh.ts")).refresh(name, options));
}
