import type { Command } from "commander";
import { onEnvironment } from "./environment.ts";
import { examples, host, service, yes } from "./words.ts";

export function stop(program: Command): void {
  onEnvironment(program.command("stop"), {
    leftOut: "refused",
    what: [service()],
    formerly: "--env",
    tellsBroken: true,
  })
    .summary("a service, or one node")
    .description(
      "Stops the containers of a service, one after the other. They stay down, also when their Docker is restarted, until start or up. Asks first.",
    )
    .addOption(host())
    .option("--all", "also when it takes the last majority of a service that needs one")
    .addOption(yes())
    .addHelpText("after", examples("stop dev galera --host db2", "stop dev galera --all"))
    .action(async (environment, service, options) =>
      (await import("../commands/rolling.ts")).roll("stop", environment, service, options),
    );
}
