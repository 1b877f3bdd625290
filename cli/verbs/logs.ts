import type { Command } from "commander";
import { onEnvironment } from "./environment.ts";
import { examples, host, json, service } from "./words.ts";

export function logs(program: Command): void {
  onEnvironment(program.command("logs"), {
    leftOut: "the only one",
    what: [service()],
    formerly: "--env",
    tellsBroken: true,
  })
    .summary("what a service says")
    .description("Prints what a service's containers say.")
    .addOption(host())
    .option("-f, --follow", "go on as it says more, until Ctrl-C")
    .option("-n, --tail <lines>", "how many lines from the end, or all", "100")
    .addOption(json("lines, each with its host and stream").conflicts("follow"))
    .addHelpText("after", examples("logs dev galera", "logs dev icinga-master --host mon1 -f"))
    .action(async (environment, service, options) =>
      (await import("../commands/logs.ts")).logs(environment, service, options),
    );
}
