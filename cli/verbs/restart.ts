import type { Command } from "commander";
import { onEnvironment } from "./environment.ts";
import { examples, host, service, yes } from "./words.ts";

export function restart(program: Command): void {
  onEnvironment(program.command("restart"), {
    leftOut: "refused",
    what: [service()],
    formerly: "--env",
    tellsBroken: true,
  })
    .summary("one node at a time")
    .description(
      "Restarts the containers of a service, one failure domain after the other: each only while all others are fit, and the next only when it is back. Stops at the first that does not come back.",
    )
    .addOption(host())
    .addOption(yes())
    .addHelpText("after", examples("restart dev galera", "restart dev icingaweb --host web2"))
    .action(async (environment, service, options) =>
      (await import("../commands/rolling.ts")).roll("restart", environment, service, options),
    );
}
