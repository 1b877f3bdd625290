import type { Command } from "commander";
import { env, examples } from "./words.ts";

export function shell(program: Command): void {
  program
    .command("shell")
    .summary("open a shell on a host")
    .description("Opens a shell in the container of a host's main service, or of the service that is named.")
    .argument("<host>", "its name, as status shows it")
    .addOption(env())
    .option("--service <service>", "the service whose container it is")
    .addHelpText("after", examples("shell db1", "shell dns2 --service bind"))
    .action(async (name, options) => (await import("../commands/shell.ts")).shell(name, options));
}
