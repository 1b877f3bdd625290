import type { Command } from "commander";
import { env, examples, host } from "./words.ts";

export function start(program: Command): void {
  program
    .command("start")
    .summary("start what was stopped, and wait until it is fit")
    .description(
      "Starts the containers of a service that stand still, and waits for each until it is fit. (up starts whatever stands still, too.)",
    )
    .argument("<service>", "its name, as status shows it")
    .addOption(env())
    .addOption(host())
    .addHelpText("after", examples("start galera", "start galera --host db2"))
    .action(async (name, options) => (await import("../commands/rolling.ts")).roll("start", name, options));
}
