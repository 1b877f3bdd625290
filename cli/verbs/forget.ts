import { Argument, type Command } from "commander";
import { onEnvironment } from "./environment.ts";
import { examples, yes } from "./words.ts";

export function forget(program: Command): void {
  onEnvironment(program.command("forget"), {
    leftOut: "refused",
    what: [new Argument("<host>", "the former node")],
    tellsBroken: true,
  })
    .summary("a former node's data")
    .description(
      "Removes the volume that a database node left when it was taken out of the settings. Until then it is kept, and taken up again when the node comes back. Asks first.",
    )
    .option("--endpoint <endpoint>", "where its Docker daemon is, when the settings name the host no longer")
    .addOption(yes())
    .addHelpText("after", examples("forget dev db5", "forget staging db5 --endpoint ssh://trivet@10.1.0.15"))
    .action(async (name, host, options) => (await import("../commands/forget.ts")).forget(name, host, options));
}
