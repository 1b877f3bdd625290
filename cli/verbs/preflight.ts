import type { Command } from "commander";
import { onEnvironment } from "./environment.ts";
import { examples, json } from "./words.ts";

export function preflight(program: Command): void {
  onEnvironment(program.command("preflight"), { leftOut: "the only one" })
    .summary("are hosts ready for up?")
    .description(
      "Looks at every host of an environment, all at once, and changes nothing: SSH, system, Docker, room, clocks, addresses, ports and who holds them, every declared connection, packet sizes and round trips between domains, names, limits. Says what each finding would have broken, and how to mend it. The exit code is 1 when there is an error. Needs bash on the hosts, and perl to try what nobody listens for yet.",
    )
    .addOption(json("ready, findings, and all that was seen"))
    .addHelpText("after", examples("preflight staging", "preflight staging --json | jq '.findings[].rule'"))
    .action(async (name, options) => (await import("../commands/preflight.ts")).preflight(name, options));
}
