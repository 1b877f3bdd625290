import type { Command } from "commander";
import { env, examples } from "./words.ts";

export function output(program: Command): void {
  program
    .command("output")
    .summary("print what the program exported")
    .description(
      "Prints the recorded outputs of an environment as JSON, or one of them. Secrets are hidden unless asked for.",
    )
    .argument("[name]", "the output")
    .addOption(env())
    .option("--show-secrets", "print secrets in clear")
    .option("--json", "JSON, as always")
    .addHelpText("after", examples("output", "output inventory --show-secrets | jq .web.login"))
    .action(async (name, options) => (await import("../commands/output.ts")).output(name, options));
}
