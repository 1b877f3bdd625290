import { createHash } from "node:crypto";
import { lstat, readdir, readFile, readlink, realpath, stat } from "node:fs/promises";
import { isAbsolute, join, relative, resolve } from "node:path";
import dockerignore, { type Ignore } from "@balena/dockerignore";
import { type Pack, pack } from "tar-stream";
import { DockerError } from "../errors.ts";
import { modeString } from "./mode.ts";

/** Its types describe an ES module; it is a function. */
const ignoring = dockerignore as unknown as (options: { ignorecase: boolean }) => Ignore;

/** What a build reads: a folder, and a Dockerfile that is mostly in it. Both paths relative to the project. */
export interface BuildContext {
  context: string;
  dockerfile: string;
}

/** A file of the context that `.dockerignore` lets through. */
interface Entry {
  /** Relative to the context. */
  name: string;
  path: string;
  mode: number;
  kind: "file" | "link" | "folder";
}

/** The Dockerfile's path as seen from the context: with `..` when it lies outside. */
export const dockerfileInContext = ({ context, dockerfile }: BuildContext): string => relative(context, dockerfile);

/**
 * A digest over names, modes and contents of what a build reads, equal to the one that the real provider computes: a
 * change of it is what rebuilds the image.
 *
 * @throws {DockerError} when the Dockerfile or the folder is not there
 */
export async function contextDigest(build: BuildContext): Promise<string> {
  const total = createHash("sha256");
  const add = (name: string, mode: string, content: Buffer | string) =>
    total.update(name).update(mode).update(createHash("sha256").update(content).digest()).update("\0");
  // First the Dockerfile under a fixed name and mode, so that it counts wherever it lies.
  add("Dockerfile", "----------", await readDockerfile(build));
  for (const { name, path, mode, kind } of await entries(build)) {
    if (kind === "folder") continue;
    add(name, modeString(mode, kind === "link"), kind === "link" ? await target(path) : await readFile(path));
  }
  return total.digest("hex");
}

/** Where a link leads; relative to the project when the context is, so that the digest is the same on every machine. */
async function target(path: string): Promise<string> {
  const real = await realpath(path);
  return isAbsolute(path) ? real : relative(await realpath("."), real);
}

/** The context as the daemon wants it: a tar stream, owner root. */
export function contextArchive(build: BuildContext): Pack {
  const archive = pack();
  const fill = async () => {
    for (const { name, path, mode, kind } of await entries(build, true)) {
      if (kind === "folder") archive.entry({ name, mode, type: "directory" });
      else if (kind === "link") archive.entry({ name, mode, type: "symlink", linkname: await readlink(path) });
      else archive.entry({ name, mode }, await readFile(path));
    }
    if (isOutside(build)) archive.entry({ name: outsideName }, await readDockerfile(build));
    archive.finalize();
  };
  fill().catch((error) => archive.destroy(error));
  return archive;
}

/** Under which name the Dockerfile is in the archive. */
export const archivedDockerfile = (build: BuildContext): string =>
  isOutside(build) ? outsideName : dockerfileInContext(build);

const outsideName = ".dockerfile.outside";
const isOutside = (build: BuildContext): boolean => dockerfileInContext(build).startsWith("..");

/** All entries in the order of their names, folder by folder. `forBuild`: the Dockerfile is there even when ignored. */
async function entries(build: BuildContext, forBuild = false): Promise<Entry[]> {
  const ignored = ignoring({ ignorecase: false }).add(await ignoreLines(build));
  const kept = forBuild ? dockerfileInContext(build) : undefined;
  const found: Entry[] = [];
  const walk = async (folder: string) => {
    for (const child of (await readdir(join(build.context, folder))).sort()) {
      const name = folder ? `${folder}/${child}` : child;
      const path = join(build.context, name);
      const status = await lstat(path);
      const isFolder = status.isDirectory();
      if (!ignored.ignores(name) || name === kept) {
        const kind = isFolder ? "folder" : status.isSymbolicLink() ? "link" : "file";
        if (isFolder || status.isSymbolicLink() || status.isFile()) found.push({ name, path, mode: status.mode, kind });
      }
      // An exception (`!folder/file`) may let a file through from an ignored folder.
      if (isFolder) await walk(name);
    }
  };
  await walk("").catch((error) => {
    throw new DockerError(`The build context ${resolve(build.context)} can't be read: ${error.message}.`);
  });
  return found;
}

/** `<Dockerfile>.dockerignore` goes before the context's own. */
async function ignoreLines({ context, dockerfile }: BuildContext): Promise<string> {
  const read = (path: string) => readFile(path, "utf8").catch(() => undefined);
  return (await read(`${dockerfile}.dockerignore`)) ?? (await read(join(context, ".dockerignore"))) ?? "";
}

async function readDockerfile({ context, dockerfile }: BuildContext): Promise<Buffer> {
  try {
    return await readFile(dockerfile);
  } catch {
    const within = join(context, dockerfile);
    const hint = (await stat(within).catch(() => undefined)) ? ` Did you mean "${within}"?` : "";
    throw new DockerError(
      `There is no Dockerfile ${resolve(dockerfile)}. "build.dockerfile" is relative to the project, not to the context.${hint}`,
    );
  }
}
