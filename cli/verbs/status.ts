import type { Command } from "commander";
import { environment, examples } from "./words.ts";

export function status(program: Command): void {
  program
    .command("status")
    .summary("tell how every service is")
    .description("Asks every service of every host how it is. The exit code is 0 only when all is well.")
    .addArgument(environment())
    .option("--json", "for programs: healthy, services, and problems where there are any")
    .option("-w, --watch", "again every second, until Ctrl-C")
    .addHelpText("after", examples("status", "status dev --watch", "status dev --json | jq .healthy"))
    .action(async (name, options) => (await import("../commands/status.ts")).status(name, options));
}
