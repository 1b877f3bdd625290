import { createHash, type Hash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { allFacts, type ServiceImage } from "../components/services.ts";
import { bundled, PROGRAM } from "./bundle.ts";

const top = join(import.meta.dirname, "..");

/** What others stand on: nothing runs on it by itself. */
const groundFolders = { base: "images/base", node: "images/node" } as const;
type GroundImageName = keyof typeof groundFolders;

export type ImageName = GroundImageName | ServiceImage;

const serviceFolders = Object.fromEntries(allFacts.map(({ image: { name, folder } }) => [name, folder]));
/** Those that services run on: settings may name another one in the place of each. */
export const serviceImageNames = Object.keys(serviceFolders) as ServiceImage[];

/** Every image of an environment, with its folder. */
const folders = { ...groundFolders, ...serviceFolders } as Record<ImageName, string>;
export const imageNames = Object.keys(folders) as ImageName[];

/** By image, the program that runs in it: where it begins in this clone. */
const programs = new Map<string, string>(
  allFacts.flatMap(({ image: { name, program } }) => (program === undefined ? [] : [[name, program]])),
);

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

/** The folder that is the build context of an image, together with its {@link imageProgram}. */
export const imageFolder = (name: AnyImageName): string => join(top, allFolders[name]);

/** The image that it stands on: one that runs a program on `node`, all others on `base`, and that on Debian alone. */
export function standsOn(name: AnyImageName): GroundImageName | undefined {
  if (name === "base") return undefined;
  return programs.has(name) ? "node" : "base";
}

/**
 * What is in an image's build context beside its folder: {@link PROGRAM}, the whole of its program in one file; undefined for one that
 * runs none. The npm package has it in the folder, a clone makes it of its sources (docs/decisions/0047).
 */
export function imageProgram(name: AnyImageName): Uint8Array | undefined {
  const program = programs.get(name);
  if (program === undefined) return undefined;
  const packed = join(imageFolder(name), PROGRAM);
  return existsSync(packed) ? readFileSync(packed) : bundled(top, program);
}

/**
 * `trivet/<name>:<hash>`, the hash taken over the image's own folder, its program, and those of all that it stands on: a changed file is a
 * new image, an unchanged one is found again and not built.
 *
 * @throws for an image whose files are not here: the npm package has none of the chaos suite's
 */
export function imageTag(name: AnyImageName): string {
  mustBeHere(name);
  const hash = createHash("sha256");
  const ground: AnyImageName[] = [];
  for (let each: AnyImageName | undefined = name; each; each = standsOn(each)) ground.unshift(each);
  for (const each of ground) {
    hashFolder(imageFolder(each), hash);
    const program = imageProgram(each);
    if (program) hashFile(PROGRAM, program, hash);
  }
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

function hashFolder(folder: string, hash: Hash): void {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== PROGRAM)
    .map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.sort()) hashFile(relative(folder, file), readFileSync(file), hash);
}

const hashFile = (path: string, content: Uint8Array, hash: Hash) =>
  hash.update(`${path}\0`).update(content).update("\0");
