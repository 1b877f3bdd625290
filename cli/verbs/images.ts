import type { Command } from "commander";
import { examples, json } from "./words.ts";

export function images(program: Command): void {
  program
    .command("images")
    .summary("build what is missing")
    .description("Builds the images that are missing, as up does. For those who run `pulumi up` by hand.")
    .option("--list", "only list them")
    .option("--rebuild", "build all of them anew, with what the Debian mirror has now")
    .option("--checks", "those of the chaos suite, too")
    .addOption(json("with --list, the images"))
    .addHelpText("after", examples("images", "images --list", "images --checks"))
    .action(async (options) => (await import("../commands/images.ts")).images(options));
}
