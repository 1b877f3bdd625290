import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";

export const project = join(import.meta.dirname, "../..");
export const manifest = JSON.parse(readFileSync(join(project, "package.json"), "utf8"));
const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];

/** Packs Trivet as `npm pack` does, into a folder. @returns the tarball */
export async function pack(folder: string): Promise<string> {
  await execa("npm", ["pack", "--pack-destination", folder, "--ignore-scripts=false", ...quiet], { cwd: project });
  return join(folder, `${manifest.name}-${manifest.version}.tgz`);
}

/** What a folder's `package.json` names, and these packages. */
export const install = (folder: string, ...packages: string[]) =>
  execa("npm", ["install", ...packages, "--prefer-offline", "--ignore-scripts", ...quiet], { cwd: folder });
