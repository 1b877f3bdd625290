import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
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

/** Images of this machine's own work: the hosts of a bed, and the registry that real hosts take images from. */
export const toolImageNames = ["host", "registry"] as const;

export type AnyImageName = ImageName | (typeof checkImageNames)[number] | (typeof toolImageNames)[number];

/** Images that lie in the folder of what they are for. */
const moved: Partial<Record<AnyImageName, string>> = {
  receiver: "../components/receiver/image",
  host: "../lab/hosts/image",
};

/** The folder that is the build context of an image. */
export const imageFolder = (name: AnyImageName): string => join(import.meta.dirname, moved[name] ?? name);

/**
 * `trivet/<name>:<hash>`, the hash taken over the image's own folder and that of `base`: a changed file is a new image,
 * an unchanged one is found again and not built.
 */
export function imageTag(name: AnyImageName): string {
  const hash = createHash("sha256");
  for (const folder of new Set([imageFolder("base"), imageFolder(name)])) hashFolder(folder, hash);
  return `trivet/${name}:${hash.digest("hex").slice(0, 12)}`;
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
