import type { Command } from "commander";
import { onEnvironment } from "./environment.ts";
import { engine, examples, yes } from "./words.ts";

export function destroy(program: Command): void {
  onEnvironment(program.command("destroy"), { leftOut: "refused" })
    .summary("remove, its data too")
    .description("Removes an environment with all its data, and makes sure that nothing of it is left. Asks first.")
    .addOption(engine())
    .addOption(yes())
    .option(
      "--without-state",
      "by the labels alone: when another state owns it, or the passphrase of its state is lost. --yes does not answer for that",
    )
    .addHelpText("after", examples("destroy dev", "destroy test --yes", "destroy dev --yes --without-state"))
    .action(async (name, options) => (await import("../commands/destroy.ts")).destroy(name, options));
}
