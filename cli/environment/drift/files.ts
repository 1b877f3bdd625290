import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import pLimit from "p-limit";
import tar from "tar-stream";
import { reach } from "../../../hosts/reach.ts";
import { LOCAL } from "../../setup/docker.ts";
import { endpointsIn } from "../endpoints.ts";
import { type Drift, driftOf } from "./finding.ts";

/** A resource as it is recorded, with its secrets in clear. */
export interface Recorded {
  urn: string;
  id?: string;
  type: string;
  inputs: Record<string, unknown>;
  provider?: string;
}

/** Files that a container should have. */
export interface Expected {
  /** The resource that puts them there. */
  urn: string;
  endpoint: string;
  container: string;
  files: ReadonlyMap<string, string>;
}

interface Upload {
  file: string;
  content?: string;
  contentBase64?: string;
}

const CONTAINER = "docker:index/container:Container";
const CONFIG_FILES = "trivet:index:ConfigFiles";

/** Files of containers whose content is recorded: uploaded when they were made, or put into a folder of a running one. */
export function expectedFiles(resources: readonly Recorded[]): Expected[] {
  const endpointOf = endpointsIn(resources);
  return resources.flatMap((resource): Expected[] => {
    const { urn, type, inputs } = resource;
    if (type === CONTAINER) {
      const uploads = (inputs.uploads ?? []) as Upload[];
      const files = uploads.flatMap(({ file, content, contentBase64 }) => {
        if (content) return [[file, content] as const];
        return contentBase64 ? [[file, Buffer.from(contentBase64, "base64").toString()] as const] : [];
      });
      return [{ urn, endpoint: endpointOf(resource) ?? LOCAL, container: String(inputs.name), files: new Map(files) }];
    }
    if (type !== CONFIG_FILES) return [];
    const files = Object.entries(inputs.files as Record<string, string>);
    return [
      {
        ...{ urn, endpoint: String(inputs.endpoint), container: String(inputs.container) },
        files: new Map(files.map(([path, content]) => [`${inputs.folder}/${path}`, content])),
      },
    ];
  });
}

/** Milliseconds that one file may take. */
const PATIENCE = 15_000;
/** Files that are read at a time, on all hosts together. */
const CONCURRENCY = 8;

/** Compares the files of containers with what is recorded. The content of none is told: it may be a secret. */
export async function driftOfFiles(expected: readonly Expected[]): Promise<Drift[]> {
  const limit = pLimit(CONCURRENCY);
  const looks = expected.flatMap(({ urn, endpoint, container, files }) =>
    [...files].map(([path, content]) =>
      limit(async (): Promise<Drift[]> => {
        try {
          const there = await fileIn(endpoint, container, path);
          if (there === content) return [];
          return [driftOf("file", urn, `${path} ${there === undefined ? "is gone" : "has another content"}`)];
        } catch (error) {
          return [driftOf("unknown", urn, `${path}: ${(error as Error).message}`)];
        }
      }),
    ),
  );
  return (await Promise.all(looks)).flat();
}

/** The content of a file in a container, also of one that stands still; undefined where there is none. */
async function fileIn(endpoint: string, container: string, path: string): Promise<string | undefined> {
  const archive = await reach({ endpoint, container }, { within: PATIENCE }, async (found) => {
    const stream = await found.getArchive({ path }).catch((error) => {
      if (error.statusCode === 404) return undefined;
      throw error;
    });
    return stream && buffer(stream);
  });
  if (!archive) return undefined;
  const extract = Readable.from([archive]).pipe(tar.extract());
  for await (const entry of extract) return (await buffer(entry)).toString();
  return undefined;
}
