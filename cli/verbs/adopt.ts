import type { Command } from "commander";
import { onEnvironment } from "./environment.ts";
import { examples, yes } from "./words.ts";

export function adopt(program: Command): void {
  onEnvironment(program.command("adopt"), { leftOut: "refused" })
    .summary("take over a lost state")
    .description(
      "Brings here the state of an environment that runs, from the copy that up leaves beside it, with its passwords. Touches nothing that runs; needs the passphrase that the state is encrypted with. Use it when .trivet/state is lost, or from a second clone.",
    )
    .addOption(yes())
    .addHelpText("after", examples("adopt dev", "adopt dev && trivet preview dev"))
    .action(async (name, options) => (await import("../commands/adopt.ts")).adopt(name, options));
}
