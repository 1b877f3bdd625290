import type { Command } from "commander";
import { examples, host, json, yes } from "./words.ts";

export function hosts(program: Command): void {
  const hosts = program
    .command("hosts")
    .summary("prepare real hosts")
    .description(
      "Sets real hosts up for an environment, over SSH and as root: Docker, sshd's limits, who steers the clock, a firewall of the declared flows, an orderly shutdown.",
    );
  const environment = "the environment";
  hosts
    .command("prepare")
    .description(
      "Shows what each host lacks; changes it with --apply, one domain after the other, and stops at the first host where something goes wrong. Firewall rules are taken back after 60 s unless a new SSH connection confirms them. What was there before is kept on the host.",
    )
    .argument("<environment>", environment)
    .addOption(host())
    .addOption(json("per host changes, leftOut, closes").conflicts("apply"))
    .option("--apply", "do it; without, it is only shown")
    .addOption(yes())
    .addHelpText("after", examples("hosts prepare staging", "hosts prepare staging --host north1 --apply"))
    .action(async (name, options) => (await import("../commands/hosts.ts")).hostsPrepare(name, options));
  hosts
    .command("restore")
    .description(
      "Shows what prepare has changed on each host; takes it back with --apply. A file that somebody has changed since is left as it is, and so are installed packages.",
    )
    .argument("<environment>", environment)
    .addOption(host())
    .addOption(json("per host what is taken back").conflicts("apply"))
    .option("--apply", "do it; without, it is only shown")
    .addOption(yes())
    .addHelpText("after", examples("hosts restore staging", "hosts restore staging --apply"))
    .action(async (name, options) => (await import("../commands/hosts.ts")).hostsRestore(name, options));
}
