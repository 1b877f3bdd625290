import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { alone } from "../../cli/setup/alone.ts";

export const project = join(import.meta.dirname, "../..");
export const manifest = JSON.parse(readFileSync(join(project, "package.json"), "utf8"));
const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];

/** Packs Trivet as `npm pack` does, into a folder; one run at a time, since it builds in the clone. @returns the tarball */
export async function pack(folder: string): Promise<string> {
  await alone(
    "pack",
    "packs",
    () => {},
    async () => {
      await execa("npm", ["pack", "--pack-destination", folder, "--ignore-scripts=false", ...quiet], { cwd: project });
      if (existsSync(join(project, "dist"))) throw new Error("npm pack has left what it built in the clone");
    },
  );
  return join(folder, `${manifest.name}-${manifest.version}.tgz`);
}

/** What a folder's `package.json` names, and these packages. */
export const install = (folder: string, ...packages: string[]) =>
  execa("npm", ["install", ...packages, "--prefer-offline", "--ignore-scripts", ...quiet], { cwd: folder });
