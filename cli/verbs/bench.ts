import type { Command } from "commander";
import { onEnvironment } from "./environment.ts";
import { examples, wholeNumber, yes } from "./words.ts";

export function bench(program: Command): void {
  const bench = program.command("bench").summary("measure").description("Measures, and prints a table.");
  onEnvironment(bench.command("up"), { leftOut: "refused" })
    .summary("how long up takes")
    .description(
      "Measures how long up takes in each case, and the memory of the environment. Destroys the environment.",
    )
    .option("--cold", "from a fresh clone without images too; removes the images")
    .option("--runs <count>", "how often each is measured", "3")
    .addOption(yes())
    .addHelpText("after", examples("bench up dev", "bench up test --runs 1"))
    .action(async (name, options) => (await import("../commands/bench.ts")).benchUp(name, options));
  onEnvironment(bench.command("galera"), { leftOut: "refused", tellsBroken: true })
    .summary("how long nobody can write")
    .description(
      "Measures the longest gap between acknowledged writes while a database node is killed, stopped, cut off or restarted, with our time-outs and with Galera's own; then how soon it writes again after all nodes were lost at once. Only where the settings allow it (allowChaos). The longest of few runs stands for p99.",
    )
    .option(
      "--only <names>",
      "only these, separated by commas: kill, sigstop, cut-off, restart (each also with -written or -other), power-cut, stop-all, replace, starved, restart-all; and kill-container, pause, which are not measured unless named",
      (text) => text.split(","),
    )
    .option(
      "--runs <count>",
      "how often each is measured (default: 10; power-cut 20, stop-all 5, restart-all 3)",
      wholeNumber,
    )
    .option(
      "--profiles <names>",
      "what nodes find a failure by: configured, default (Galera's time-outs), unsupervised, plain (both)",
      (text) => text.split(","),
      ["configured", "default"],
    )
    .option("--minutes <count>", "for how long a node is starved", wholeNumber, 10)
    .option("--seed <number>", "repeat what another run drew by lot", wholeNumber)
    .option("--json <file>", "write the results there, too")
    .addHelpText("after", examples("bench galera dev", "bench galera dev --only kill,sigstop-other --runs 3"))
    .action(async (name, options) => (await import("../commands/benchGalera.ts")).benchGalera(name, options));
}
