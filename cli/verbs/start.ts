import type { Command } from "commander";
import { onEnvironment } from "./environment.ts";
import { examples, host, service } from "./words.ts";

export function start(program: Command): void {
  onEnvironment(program.command("start"), { leftOut: "dev", what: [service()], formerly: "--env", tellsBroken: true })
    .summary("until it is fit")
    .description(
      "Starts the containers of a service that stand still, and waits for each until it is fit. (up starts whatever stands still, too.)",
    )
    .addOption(host())
    .addHelpText("after", examples("start dev galera", "start dev galera --host db2"))
    .action(async (environment, service, options) =>
      (await import("../commands/rolling.ts")).roll("start", environment, service, options),
    );
}
