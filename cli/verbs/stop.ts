import type { Command } from "commander";
import { env, examples, host, yes } from "./words.ts";

export function stop(program: Command): void {
  program
    .command("stop")
    .summary("stop a service, or one node of it")
    .description(
      "Stops the containers of a service, one after the other. They stay down, also when their Docker is restarted, until start or up. Asks first.",
    )
    .argument("<service>", "its name, as status shows it")
    .addOption(env())
    .addOption(host())
    .option("--all", "also when it takes the last majority of a service that needs one")
    .addOption(yes())
    .addHelpText("after", examples("stop galera --host db2", "stop galera --all"))
    .action(async (name, options) => (await import("../commands/rolling.ts")).roll("stop", name, options));
}
