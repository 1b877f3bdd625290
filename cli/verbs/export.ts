import type { Command } from "commander";
import { onEnvironment } from "./environment.ts";
import { examples } from "./words.ts";

export function exportFiles(program: Command): void {
  onEnvironment(program.command("export"), { leftOut: "refused" })
    .summary("plain files, to leave")
    .description(
      "Writes what is recorded of an environment as plain configuration files and docker commands, a folder for each host and service, so that it can be run without Trivet. Secrets are among them, in files of mode 0600, which the README there names. Changes nothing that runs.",
    )
    .requiredOption("--to <folder>", "where to; a folder that is not there yet, or is empty")
    .addHelpText("after", examples("export production --to /root/production"))
    .action(async (name, options) => (await import("../commands/export.ts")).exportTo(name, options));
}
