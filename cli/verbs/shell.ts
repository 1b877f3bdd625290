import type { Command } from "commander";
import { onEnvironment } from "./environment.ts";
import { examples, hostName } from "./words.ts";

export function shell(program: Command): void {
  onEnvironment(program.command("shell"), { leftOut: "dev", what: [hostName()], formerly: "--env", tellsBroken: true })
    .summary("on a host")
    .description("Opens a shell in the container of a host's main service, or of the service that is named.")
    .option("--service <service>", "the service whose container it is")
    .addHelpText("after", examples("shell dev db1", "shell dev dns2 --service bind"))
    .action(async (environment, host, options) =>
      (await import("../commands/shell.ts")).shell(environment, host, options),
    );
}
