import type { Command } from "commander";
import { onEnvironment } from "./environment.ts";
import { examples, json } from "./words.ts";

export function images(program: Command): void {
  const images = program
    .command("images")
    .summary("build what is missing")
    .description("Builds the images that are missing, as up does. For those who run `pulumi up` by hand.")
    .option("--list", "only list them")
    .option("--rebuild", "build all of them anew, with what the Debian mirror has now")
    .option("--checks", "those of the chaos suite, too")
    .addOption(json("with --list, the images"))
    .addHelpText("after", examples("images", "images --list", "images --checks"))
    .action(async (options) => (await import("../commands/images.ts")).images(options));
  onEnvironment(images.command("push"), { leftOut: "refused" })
    .summary("bring them to real hosts")
    .description(
      "Brings this machine's images to the real hosts of an environment, through SSH, only the layers that are missing there. up does so for images that hosts lack; this also replaces an older build of them, as after --rebuild.",
    )
    .addHelpText("after", examples("images push staging", "images --rebuild && trivet images push staging"))
    .action(async (name) => (await import("../commands/images.ts")).pushImages(name));
}
