import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { UserError } from "../../core/errors.ts";
import { imageNames, imageTag } from "../../images/index.ts";
import { docker, tagsPresent } from "./docker.ts";
import type { Step } from "./step.ts";

const GIB = 1024 ** 3;
/** Images and their build layers take about 4 GiB, databases and logs of the lab 1 GiB. */
const FIRST_TIME = 6 * GIB;
const LATER = 2 * GIB;

export const space: Step = {
  title: "Disk space",
  async check() {
    const folder = existing(await dockerFolder());
    const { bavail, bsize } = await statfs(folder);
    const present = await tagsPresent();
    const needed = imageNames.every((name) => present.has(imageTag(name))) ? LATER : FIRST_TIME;
    const problem = spaceProblem(folder, bavail * bsize, needed);
    if (problem) throw new UserError(problem);
    return undefined;
  },
};

/** What is wrong with the free space in bytes; undefined when it is enough. */
export function spaceProblem(folder: string, free: number, needed: number): string | undefined {
  if (free >= needed) return undefined;
  const gib = (bytes: number) => (bytes / GIB).toFixed(1);
  return `${folder} has ${gib(free)} GiB free, and Docker keeps its images there; ${gib(needed)} GiB are needed. Make room, or give Docker another "data-root".`;
}

const dockerFolder = () =>
  docker.info().then(
    (info) => info.DockerRootDir as string,
    () => "/var/lib/docker",
  );

/** The folder, or the nearest one above it that exists. */
const existing = (folder: string): string => (existsSync(folder) ? folder : existing(dirname(folder)));
