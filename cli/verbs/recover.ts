import type { Command } from "commander";
import { onEnvironment } from "./environment.ts";
import { examples, json } from "./words.ts";

export function recover(program: Command): void {
  onEnvironment(program.command("recover"), { leftOut: "refused", tellsBroken: true })
    .summary("a database that waits")
    .description(
      "Looks at every database node and tells how the cluster can be started again without losing data, or why not. Changes nothing without --apply.",
    )
    .option("--apply", "do it: one node starts the cluster, the others join one by one")
    .option(
      "--without <hosts>",
      "go on without these hosts, separated by commas: what only they committed is lost",
      (text) => text.split(","),
    )
    .addOption(json("evidence, and plan or refusals").conflicts("apply"))
    .addHelpText("after", examples("recover dev", "recover dev --without db3", "recover dev --apply"))
    .action(async (name, options) => (await import("../commands/recover.ts")).recover(name, options));
}
