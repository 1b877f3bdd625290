import type { Command } from "commander";
import { onEnvironment } from "./environment.ts";
import { examples, json } from "./words.ts";

export function status(program: Command): void {
  onEnvironment(program.command("status"), { leftOut: "the only one" })
    .summary("how every service is")
    .description("Asks every service of every host how it is. The exit code is 0 only when all is well.")
    .addOption(json("healthy, services, and problems where there are any"))
    .option("-w, --watch", "again every second, until Ctrl-C")
    .addHelpText("after", examples("status dev", "status dev --watch", "status dev --json | jq .healthy"))
    .action(async (name, options) => (await import("../commands/status.ts")).status(name, options));
}
