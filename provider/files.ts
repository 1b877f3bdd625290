import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import tar from "tar-stream";
import { z } from "zod";
import type { ConfigFilesInputs } from "../components/files/index.ts";
import { exec, type Said } from "../hosts/exec.ts";
import { reach } from "../hosts/reach.ts";
import { containerAddress, type Kind } from "./kind.ts";

/** What is recorded of files that are there. */
interface Delivered extends ConfigFilesInputs {
  /** Earlier versions did not tell. */
  delivery?: string;
}

/** Exchanges the folder's content for the staged one; on failure of the command that follows, exchanges it back. */
const exchange = `
staging=$1 folder=$2 former=$1/former
shift 2
fill() { find "$folder" -mindepth 1 -delete && cp -a "$1/." "$folder/"; }
[ -d "$former" ] || former=$staging/old
mkdir -p "$folder" "$staging/old" && cp -a "$folder/." "$staging/old/" && fill "$staging/new" && TRIVET_FORMER=$former "$@"
code=$?
[ $code = 0 ] || fill "$staging/old"
rm -rf "$staging"
exit $code`;

const empty = `[ ! -d "$1" ] || find "$1" -mindepth 1 -delete`;

/** Milliseconds for the files to arrive, and for the daemon to take them: a larger buffer pool needs some minutes. */
const ARRIVAL = 120_000;
const TAKEN = 600_000;

/** What the Docker API says when the container is gone (404) or stopped (409). */
const notRunning = (error: unknown) => [404, 409].includes((error as { statusCode?: number }).statusCode ?? 0);

/** Brings the files into the container, beside the folder, and those of the container before it: the path of the staging folder. */
async function stage(inputs: ConfigFilesInputs, olds?: Delivered): Promise<string> {
  const staging = `/tmp/trivet-${randomUUID()}`;
  const archive = tar.pack();
  const add = (folder: string, files: ConfigFilesInputs["files"]) => {
    archive.entry({ name: `${staging}/${folder}`, type: "directory", mode: 0o755 });
    for (const [path, content] of Object.entries(files)) {
      if (path.startsWith("/") || path.split("/").includes("..")) {
        throw new Error(`File "${path}" would be outside of ${inputs.folder}: expected a path relative to it.`);
      }
      archive.entry({ name: `${staging}/${folder}/${path}`, mode: 0o644 }, content);
    }
  };
  add("new", inputs.files);
  if (olds && olds.containerId !== inputs.containerId) add("former", olds.files);
  archive.finalize();
  await reach(inputs, { within: ARRIVAL }, (container) => container.putArchive(Readable.from(archive), { path: "/" }));
  return staging;
}

async function put(inputs: ConfigFilesInputs, olds?: Delivered): Promise<Delivered> {
  const { folder, container, endpoint, apply } = inputs;
  let result: Said;
  try {
    const staging = await stage(inputs, olds);
    result = await exec(inputs, ["sh", "-c", exchange, "sh", staging, folder, ...apply], TAKEN);
  } catch (error) {
    if (!notRunning(error)) throw error;
    throw new Error(
      `The files for ${folder} need the container ${container} at ${endpoint} to run, which it does not: ` +
        "start it, or refresh, and the next up makes it anew.",
    );
  }
  if (result.code !== 0) {
    throw new Error(
      `The files for ${folder} in container ${container} were refused (exit code ${result.code} of ` +
        `"${apply.join(" ")}"); the ones before are back in place. It said:\n${result.output}`,
    );
  }
  return { ...inputs, delivery: randomUUID() };
}

/** Owns a folder in a running container. */
export const configFiles: Kind<ConfigFilesInputs, Delivered> = {
  inputs: containerAddress
    .extend({
      containerId: z.string(),
      folder: z.string().regex(/^\/./, 'expected the absolute path of a folder below "/", which is owned whole'),
      files: z.record(z.string(), z.string()),
      apply: z.array(z.string()),
      after: z.string().optional(),
    })
    .strict(),
  updates: ["containerId", "files", "apply", "after"],
  replaces: ["endpoint", "container", "folder"],
  deleteBeforeReplace: true,
  computed: ["delivery"],
  async create(inputs) {
    return { id: `${inputs.container}:${inputs.folder}`, outputs: await put(inputs) };
  },
  update: (olds, news) => put(news, olds),
  // The daemon is not told: what it read it keeps until its container goes, which is mostly what happens next.
  async delete(olds) {
    try {
      await exec(olds, ["sh", "-c", empty, "sh", olds.folder], ARRIVAL);
    } catch (error) {
      // Then the files are gone too, or nobody reads them.
      if (!notRunning(error)) throw error;
    }
  },
};
