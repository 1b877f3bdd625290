import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** Every image Trivet builds; a folder each beside this file, or in that of its service. All stand on `base`. */
export const imageNames = [
  "base",
  "pod",
  "galera",
  "arbitrator",
  "supervisor",
  "consul",
  "bind",
  "chrony",
  "icinga",
  "icingadb",
  "icingaweb",
  "proxy",
  "target",
  "receiver",
] as const;
export type ImageName = (typeof imageNames)[number];

/** Images that only the chaos suite needs: no environment is made of them, and no settings name them. */
export const checkImageNames = ["guard"] as const;

export type AnyImageName = ImageName | (typeof checkImageNames)[number];

/** Images that lie in the folder of their service. */
const moved: Partial<Record<AnyImageName, string>> = { receiver: "../components/receiver/image" };

/** The folder that is the build context of an image. */
export const imageFolder = (name: AnyImageName): string => join(import.meta.dirname, moved[name] ?? name);

/**
 * `trivet/<name>:<hash>`, the hash taken over the image's own folder and that of `base`: a changed file is a new image,
 * an unchanged one is found again and not built.
 *
 * @throws for an image whose files are not here: the npm package has none of the chaos suite's
 */
export function imageTag(name: AnyImageName): string {
  mustBeHere(name);
  const hash = createHash("sha256");
  for (const folder of new Set([imageFolder("base"), imageFolder(name)])) hashFolder(folder, hash);
  return `trivet/${name}:${hash.digest("hex").slice(0, 12)}`;
}

function mustBeHere(name: AnyImageName): void {
  if (![...imageNames, ...checkImageNames].includes(name)) {
    throw new Error(`There is no image "${name}"; expected one of ${imageNames.join(", ")}.`);
  }
  if (existsSync(imageFolder(name))) return;
  throw new Error(
    `The image "${name}" is not in the npm package, since only the chaos suite needs it: "npx trivet images --checks" in a clone builds it.`,
  );
}

function hashFolder(folder: string, hash: ReturnType<typeof createHash>): void {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const file of files.map((entry) => join(entry.parentPath, entry.name)).sort()) {
    hash
      .update(`${relative(folder, file)}\0`)
      .update(readFileSync(file))
      .update("\0");
  }
}
