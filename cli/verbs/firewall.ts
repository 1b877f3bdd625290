import type { Command } from "commander";
import { onEnvironment } from "./environment.ts";
import { examples, json } from "./words.ts";

export function firewall(program: Command): void {
  onEnvironment(program.command("firewall"), { leftOut: "the only one" })
    .summary("connections it needs")
    .description(
      "Lists the connections that firewalls must let through, for those who run them: between domains, within one, and with others (upstream DNS and NTP, whom notifications go to, the operator's SSH). Before the first up, as the settings have them.",
    )
    .option("--csv", "one line per pair of addresses")
    .addOption(json("flows with the addresses of both ends").conflicts("csv"))
    .addHelpText("after", examples("firewall dev", "firewall dev --csv > flows.csv"))
    .action(async (name, options) => (await import("../commands/firewall.ts")).firewall(name, options));
}
