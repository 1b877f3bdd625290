import type { Command } from "commander";
import { env, examples, host } from "./words.ts";

export function logs(program: Command): void {
  program
    .command("logs")
    .summary("print what a service says")
    .description("Prints what a service's containers say.")
    .argument("<service>", "its name, as status shows it")
    .addOption(env())
    .addOption(host())
    .option("-f, --follow", "go on as it says more, until Ctrl-C")
    .option("-n, --tail <lines>", "how many lines from the end, or all", "100")
    .addHelpText("after", examples("logs galera", "logs icinga-master --host mon1 -f"))
    .action(async (name, options) => (await import("../commands/logs.ts")).logs(name, options));
}
