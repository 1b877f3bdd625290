import type { Command } from "commander";
import { onEnvironment } from "./environment.ts";
import { examples, json } from "./words.ts";

export function drift(program: Command): void {
  onEnvironment(program.command("drift"), { leftOut: "the only one" })
    .summary("what differs from it")
    .description(
      "Compares what is there with what is recorded of it: containers, networks, volumes, and the files in containers. Changes nothing and writes nothing. The exit code is 0 only when all is as it is recorded, and could be looked at.",
    )
    .addOption(json("same, and what was found"))
    .addHelpText("after", examples("drift production", "drift production --json | jq '.found[] | .kind'"))
    .action(async (name, options) => (await import("../commands/drift.ts")).drift(name, options));
}
