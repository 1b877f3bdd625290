import type { Command } from "commander";
import { onEnvironment } from "./environment.ts";
import { engine, examples, yes } from "./words.ts";

export function up(program: Command): void {
  onEnvironment(program.command("up"), { leftOut: "dev" })
    .summary("bring up, until healthy")
    .description(
      "Sets this machine up, makes the environment what its settings say, and waits until every service is healthy. Of real hosts it first shows what would be done and whom that interrupts, looks whether all is well, and asks.",
    )
    .addOption(engine())
    .addOption(yes())
    .option("--domain <name>", "bring only this failure domain to the new settings")
    .option("--unhealthy", "change real hosts although not all is well there")
    .option("--without <host>", "change the database although this node of it is missing")
    .option("--skip-preflight <reason>", "take real hosts as they are, and say why")
    .option("--show-secrets", "print Icinga Web's password in the end")
    .addHelpText("after", examples("up dev", "up test --engine embedded"))
    .action(async (name, options) => (await import("../commands/up.ts")).up(name, options));
}
