import type { Command } from "commander";
import { onEnvironment } from "./environment.ts";
import { engine, examples, yes } from "./words.ts";

export function adopt(program: Command): void {
  onEnvironment(program.command("adopt"), { leftOut: "refused" })
    .summary("take over state, cluster")
    .description(
      "Brings here the state of an environment that runs, from the copy that up leaves beside it, with its passwords. Touches nothing that runs; needs the passphrase that the state is encrypted with. Use it when .trivet/state is lost, or from a second clone.\n\nWith --cluster it takes over a Galera cluster that was made by hand: looks at each member and changes nothing, shows the steps, asks; then the environment comes up with its nodes as members of that cluster, and the others leave one by one. The same command goes on after an interruption.",
    )
    .addOption(yes())
    .option(
      "--cluster [members]",
      "addresses of all members, separated by commas, each with its machine where that may be used: 10.1.0.5=ssh://root@10.1.0.5. Not needed once the settings have them (database.adopt)",
    )
    .option(
      "--user <name>",
      "with --cluster: an administrator's account in the database, for members without a machine",
    )
    .option("--password-file <file>", "with --cluster: the password of --user; else it is asked for")
    .option("--by-hand", "with --cluster: you stop each member yourself when it is told")
    .option("--skip-preflight <reason>", "with --cluster: as for up")
    .addOption(engine())
    .addHelpText(
      "after",
      examples(
        "adopt dev",
        "adopt dev && trivet preview dev",
        "adopt site --cluster 10.1.0.5,10.2.0.5,10.3.0.5 --user admin",
        "adopt site --cluster",
      ),
    )
    .action(async (name, { cluster, ...options }) => {
      if (cluster) await (await import("../commands/adoptCluster.ts")).adoptCluster(name, { cluster, ...options });
      else await (await import("../commands/adopt.ts")).adopt(name, options);
    });
}
