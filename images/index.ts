import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { allFacts, type ServiceImage } from "../components/services.ts";

const top = join(import.meta.dirname, "..");

export type ImageName = "base" | ServiceImage;

/** Every image that services run on, with its folder; all stand on `base`. */
const folders = {
  base: "images/base",
  ...Object.fromEntries(allFacts.map(({ image: { name, folder } }) => [name, folder])),
} as Record<ImageName, string>;
export const imageNames = Object.keys(folders) as ImageName[];

/** Images that only the chaos suite needs: no environment is made of them, and no settings name them. */
const checkFolders = { guard: "images/guard" } as const;
type CheckImageName = keyof typeof checkFolders;
export const checkImageNames = Object.keys(checkFolders) as CheckImageName[];

/** Images of this machine's own work: the hosts of a bed, and the registry that real hosts take images from. */
const toolFolders = { host: "lab/hosts/image", registry: "images/registry" } as const;
type ToolImageName = keyof typeof toolFolders;
export const toolImageNames = Object.keys(toolFolders) as ToolImageName[];

export type AnyImageName = ImageName | CheckImageName | ToolImageName;

const allFolders: Record<AnyImageName, string> = { ...folders, ...checkFolders, ...toolFolders };

/** The folder that is the build context of an image. */
export const imageFolder = (name: AnyImageName): string => join(top, allFolders[name]);

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
  if (!(name in allFolders)) {
    throw new Error(`There is no image "${name}"; expected one of ${imageNames.join(", ")}.`);
  }
  if (existsSync(imageFolder(name))) return;
  throw new Error(
    `The image "${name}" is not in the npm package, since no component needs it: "npx trivet images --checks" in a clone builds it.`,
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
