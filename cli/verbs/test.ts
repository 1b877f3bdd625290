import type { Command } from "commander";
import { examples } from "./words.ts";

export function test(program: Command): void {
  program
    .command("test")
    .summary("run all tests")
    .description("Runs all tests, with an environment of their own. The last line counts them.")
    .option("--unit", "without the tests on a whole environment")
    .addHelpText("after", examples("test", "test --unit"))
    .action(async (options) => (await import("../commands/test.ts")).test(options));
}
