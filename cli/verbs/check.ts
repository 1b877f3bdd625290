import type { Command } from "commander";
import { onEnvironment } from "./environment.ts";
import { examples, json } from "./words.ts";

export function check(program: Command): void {
  onEnvironment(program.command("check"), { leftOut: "the only one", tellsBroken: true })
    .summary("measure every clock")
    .description(
      "Measures the clock of every host and every database against the site's time. The exit code is 0 only when all are right.",
    )
    .addOption(json("right, limits, and clocks with their verdicts"))
    .addHelpText("after", examples("check dev", "check dev --json | jq '.clocks[] | select(.verdict != \"right\")'"))
    .action(async (name, options) => (await import("../commands/check.ts")).check(name, options));
}
