import * as pulumi from "@pulumi/pulumi";
import { UserError } from "../../core/errors.ts";
import { reach, run } from "../../hosts/reach.ts";

/** What the provider is given: everything resolved. */
interface Inputs {
  endpoint: string;
  container: string;
  containerId: string;
  folder: string;
  files: Record<string, string>;
  apply: string[];
}

// Pulumi serialises these functions into the state: they may capture each other, plain values and functions of
// ours, but nothing of a package.

/** Exchanges the folder's content for the staged one; on failure of the command that follows, exchanges it back. */
const exchange = `
staging=$1 folder=$2
shift 2
fill() { find "$folder" -mindepth 1 -delete && cp -a "$1/." "$folder/"; }
mkdir -p "$folder" "$staging/old" && cp -a "$folder/." "$staging/old/" && fill "$staging/new" && "$@"
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

/** Brings the files into the container, beside the folder: the path of the staging folder. */
async function stage(inputs: Inputs): Promise<string> {
  const { pack } = (await import("tar-stream")).default;
  const { randomUUID } = await import("node:crypto");
  const { Readable } = await import("node:stream");
  const staging = `/tmp/trivet-${randomUUID()}`;
  const archive = pack();
  archive.entry({ name: `${staging}/new`, type: "directory", mode: 0o755 });
  for (const [path, content] of Object.entries(inputs.files)) {
    if (path.startsWith("/") || path.split("/").includes("..")) {
      throw new Error(`File "${path}" would be outside of ${inputs.folder}: expected a path relative to it.`);
    }
    archive.entry({ name: `${staging}/new/${path}`, mode: 0o644 }, content);
  }
  archive.finalize();
  await reach(inputs, ARRIVAL, (container) => container.putArchive(Readable.from(archive), { path: "/" }));
  return staging;
}

async function put(inputs: Inputs): Promise<void> {
  const { folder, container, endpoint, apply } = inputs;
  let result: { code: number | null; output: string };
  try {
    const staging = await stage(inputs);
    result = await run(inputs, ["sh", "-c", exchange, "sh", staging, folder, ...apply], TAKEN);
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
}

const provider: pulumi.dynamic.ResourceProvider<Inputs, Inputs> = {
  async create(inputs) {
    await put(inputs);
    return { id: `${inputs.container}:${inputs.folder}`, outs: inputs };
  },
  async update(_id, _olds, news) {
    await put(news);
    return { outs: news };
  },
  async diff(_id, olds, news) {
    const differ = (key: keyof Inputs) => {
      // Sorted: Pulumi keeps no order of keys.
      const text = (value: Inputs[typeof key]) =>
        typeof value === "string" || Array.isArray(value) ? value : Object.entries(value).sort();
      return JSON.stringify(text(olds[key])) !== JSON.stringify(text(news[key]));
    };
    const replaces = (["endpoint", "container", "folder"] as const).filter(differ);
    const updates = (["containerId", "files", "apply"] as const).some(differ);
    return { changes: updates || replaces.length > 0, replaces, deleteBeforeReplace: true };
  },
  // The daemon is not told: what it read it keeps until its container goes, which is mostly what happens next.
  async delete(_id, inputs) {
    try {
      await run(inputs, ["sh", "-c", empty, "sh", inputs.folder], ARRIVAL);
    } catch (error) {
      // Then the files are gone too, or nobody reads them.
      if (!notRunning(error)) throw error;
    }
  },
};

export interface ConfigFilesArgs {
  /** Docker endpoint of the host: `unix:///var/run/docker.sock` or `ssh://user@host`. */
  endpoint: string;
  /** Name of the container. */
  container: string;
  /** Its id, by which a container that was replaced gets its files again. */
  containerId: pulumi.Input<string>;
  /** Absolute path of a folder that is owned whole: what is not listed in `files` is removed from it. */
  folder: string;
  /** Text by path, relative to `folder`. */
  files: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /**
   * Command that makes the running daemon take the new files, and checks them first: if it exits with another code than 0
   * the old files are put back, and the resource fails with what the command said.
   */
  apply: string[];
}

/** Files in a running container that change with a reload, where a changed upload would replace the container. */
export class ConfigFiles extends pulumi.dynamic.Resource {
  constructor(name: string, args: ConfigFilesArgs, opts?: pulumi.CustomResourceOptions) {
    const { protocol } = new URL(args.endpoint);
    if (protocol !== "unix:" && protocol !== "ssh:") {
      throw new UserError(
        `Docker endpoint "${args.endpoint}": expected unix:///var/run/docker.sock or ssh://user@host.`,
      );
    }
    if (!args.folder.startsWith("/") || args.folder === "/") {
      throw new UserError(
        `Folder "${args.folder}" would be owned whole: expected the absolute path of a folder below "/".`,
      );
    }
    super(provider, name, { ...args }, { deleteBeforeReplace: true, ...opts });
  }
}
