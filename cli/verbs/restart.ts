import type { Command } from "commander";
import { env, examples, host, yes } from "./words.ts";

export function restart(program: Command): void {
  program
    .command("restart")
    .summary("restart a service, one node at a time")
    .description(
      "Restarts the containers of a service, one failure domain after the other: each only while all others are fit, and the next only when it is back. Stops at the first that does not come back.",
    )
    .argument("<service>", "its name, as status shows it")
    .addOption(env())
    .addOption(host())
    .addOption(yes())
    .addHelpText("after", examples("restart galera", "restart icingaweb --host web2"))
    .action(async (name, options) => (await import("../commands/rolling.ts")).roll("restart", name, options));
}
