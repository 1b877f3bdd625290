import { Argument, type Command } from "commander";
import { onEnvironment } from "./environment.ts";
import { examples, json } from "./words.ts";

export function output(program: Command): void {
  onEnvironment(program.command("output"), {
    leftOut: "the only one",
    what: [new Argument("[name]", "the output, or a part of it: inventory.web.login")],
    formerly: "--env",
  })
    .summary("what is recorded")
    .description(
      "Prints the recorded outputs of an environment as JSON, or one of them. Secrets are hidden unless asked for.",
    )
    .option("--show-secrets", "print secrets in clear")
    .addOption(json("as always"))
    .addHelpText("after", examples("output dev", "output dev inventory.web.login --show-secrets"))
    .action(async (environment, name, options) =>
      (await import("../commands/output.ts")).output(environment, name, options),
    );
}
