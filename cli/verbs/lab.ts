import type { Command } from "commander";
import { onEnvironment } from "./environment.ts";
import { examples, yes } from "./words.ts";

export function lab(program: Command): void {
  const lab = program
    .command("lab")
    .summary("stand-ins for real hosts")
    .description("Makes what stands for an environment's surroundings.");
  const bed = lab.command("hosts").description("Containers that stand for the real hosts of an environment.");
  onEnvironment(bed.command("up"), { leftOut: "refused" })
    .summary("start containers that stand for the real hosts of an environment")
    .description(
      "Starts a container for each host of an environment's settings: Debian with sshd, a Docker daemon of its own and nothing else, at the host's address, each site a network behind a router that lets only the declared flows pass. Makes keys for them, and a configuration for ssh.",
    )
    .addHelpText("after", examples("lab hosts up staging", "lab hosts up staging && trivet up staging"))
    .action(async (name) => (await import("../commands/labHosts.ts")).hostsUp(name));
  onEnvironment(bed.command("down"), { leftOut: "refused" })
    .summary("remove them with all their data")
    .description(
      "Removes the containers that stand for real hosts, with all that is on them and their keys. Asks first.",
    )
    .addOption(yes())
    .addHelpText("after", examples("lab hosts down staging --yes"))
    .action(async (name, options) => (await import("../commands/labHosts.ts")).hostsDown(name, options));
}
