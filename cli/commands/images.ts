import { UserError } from "../../core/errors.ts";
import { checkImageNames, imageNames, imageTag } from "../../images/index.ts";
import { loadEnvironment } from "../environment/settings.ts";
import { baseImage } from "../setup/baseImage.ts";
import { daemon } from "../setup/daemon.ts";
import { tagsPresent } from "../setup/docker.ts";
import { engine } from "../setup/engine.ts";
import { hostImagesTask } from "../setup/hostImages.ts";
import { buildImages, guardImage, images as imagesStep } from "../setup/images.ts";
import { stepTask } from "../setup/index.ts";
import { rights } from "../setup/rights.ts";
import { mustList } from "../show/json.ts";
import { table } from "../show/table.ts";
import { sayIn, taskList } from "../show/tasks.ts";

/** Brings this machine's images to the real hosts of an environment, also where they have an older build of them. */
export async function pushImages(environment: string): Promise<void> {
  const { settings } = await loadEnvironment(environment);
  if (settings.lab) {
    throw new UserError(
      `"${environment}" is a lab: its hosts use this machine's images. Expected an environment of real hosts.`,
    );
  }
  await taskList([hostImagesTask({ environment, settings }, { all: true })], {}).run();
  console.log(
    `Every host of ${environment} has the images of this machine. "trivet up ${environment}" puts them to use.`,
  );
}

/**
 * Builds the images that are missing, or just lists them. For those who run `pulumi up` by hand.
 * `checks`: those of the chaos suite, too.
 */
export async function images(options: {
  list?: boolean;
  rebuild?: boolean;
  checks?: boolean;
  /** Of the list. */
  json?: boolean;
}): Promise<void> {
  mustList(options);
  const names = options.checks ? [...imageNames, ...checkImageNames] : imageNames;
  if (!options.list) {
    const build = options.rebuild
      ? [
          {
            title: "Images",
            task: (_: object, task: Parameters<typeof sayIn>[0]) => buildImages(names, sayIn(task), { fresh: true }),
          },
        ]
      : [imagesStep, ...(options.checks ? [guardImage] : [])].map((step) => stepTask(step));
    await taskList([...[rights, daemon, engine, baseImage].map((step) => stepTask(step)), ...build], {}).run();
  }
  const present = await tagsPresent();
  const found = names.map((name) => ({ name, tag: imageTag(name), built: present.has(imageTag(name)) }));
  if (options.json) return console.log(JSON.stringify({ images: found }));
  const rows = found.map(({ tag, built }) => [tag, built ? "built" : "missing"]);
  console.log(table(["IMAGE", "STATE"], rows));
}
