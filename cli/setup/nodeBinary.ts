import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { UserError } from "../../core/errors.ts";

/** As npm names what Go, and so Docker, calls otherwise. */
const architectures: Record<string, string> = { amd64: "x64", arm64: "arm64" };

const require = createRequire(import.meta.url);
/** The versions that a clone has by `cli/node`. */
const pinned: Record<string, string> = require("../node/package.json").optionalDependencies;

/**
 * The binary of Node for images of that architecture, as npm brought it, and its name in the build context of `node`, which the Dockerfile
 * has, too.
 *
 * @param architecture of the daemon that builds, in Docker's words: `amd64`
 * @throws {UserError} where npm's package for it is not here in its version
 */
export async function nodeBinary(architecture: string): Promise<{ path: string; file: string }> {
  const name = `node-linux-${architectures[architecture] ?? architecture}`;
  const version = pinned[name];
  if (version === undefined) {
    throw new UserError(
      `Docker builds for "${architecture}", for which npm has no Node that Trivet knows; expected ${Object.keys(architectures).join(" or ")}. ` +
        "Build the images on such a machine, or name images of your own in the settings (trivet:images).",
    );
  }
  const found = await installed(name);
  if (found?.version !== version) {
    throw new UserError(
      `The image "node" is made of npm's package ${name} ${version}, and here is ${found ? found.version : "none"}: ` +
        `"npm ci" in the clone brings it; where this machine is of another architecture than its Docker, "npm install --no-save --force ${name}@${version}".`,
    );
  }
  return { path: found.path, file: `node-${version}` };
}

async function installed(name: string): Promise<{ path: string; version: string } | undefined> {
  try {
    const manifest = require.resolve(`${name}/package.json`);
    const { version } = JSON.parse(await readFile(manifest, "utf8"));
    return { path: join(dirname(manifest), "bin", "node"), version };
  } catch {
    return undefined;
  }
}
