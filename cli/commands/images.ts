import { imageNames, imageTag } from "../../images/index.ts";
import { baseImage } from "../setup/baseImage.ts";
import { daemon } from "../setup/daemon.ts";
import { tagsPresent } from "../setup/docker.ts";
import { engine } from "../setup/engine.ts";
import { buildImages, images as imagesStep } from "../setup/images.ts";
import { stepTask } from "../setup/index.ts";
import { rights } from "../setup/rights.ts";
import { table } from "../show/table.ts";
import { sayIn, taskList } from "../show/tasks.ts";

/** Builds the images that are missing, or just lists them. For those who run `pulumi up` by hand. */
export async function images({ list, rebuild }: { list?: boolean; rebuild?: boolean }): Promise<void> {
  if (!list) {
    const build = rebuild
      ? {
          title: "Images",
          task: (_: object, task: Parameters<typeof sayIn>[0]) => buildImages(imageNames, sayIn(task), { fresh: true }),
        }
      : stepTask(imagesStep);
    await taskList([...[rights, daemon, engine, baseImage].map((step) => stepTask(step)), build], {}).run();
  }
  const present = await tagsPresent();
  const rows = imageNames.map((name) => [imageTag(name), present.has(imageTag(name)) ? "built" : "missing"]);
  console.log(table(["IMAGE", "STATE"], rows));
}
