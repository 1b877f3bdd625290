import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import pLimit from "p-limit";
import tar from "tar-stream";
import type { ResourceState } from "../../../engine/index.ts";
import { reach } from "../../../hosts/reach.ts";
import { LOCAL } from "../../setup/docker.ts";
import { endpointsIn } from "../endpoints.ts";
import { CONFIG_FILES, CONTAINER, filesOf, plain } from "../recordedFiles.ts";
import { type Drift, driftOf } from "./finding.ts";

type Resource = Pick<ResourceState, "urn" | "id" | "type" | "inputs" | "provider">;

/** Files that a container should have. */
export interface Expected {
  /** The resource that puts them there. */
  urn: string;
  endpoint: string;
  container: string;
  files: ReadonlyMap<string, Buffer>;
}

/** Files of containers whose content is recorded, of a state with its secrets opened. */
export function expectedFiles(resources: readonly Resource[]): Expected[] {
  const endpointOf = endpointsIn(resources.map((each) => ({ ...each, inputs: { host: plain(each.inputs.host) } })));
  return resources
    .filter(({ type }) => type === CONTAINER || type === CONFIG_FILES)
    .map((resource) => {
      const { urn, type, inputs } = resource;
      const files = filesOf(resource).flatMap(({ path, content }) =>
        content === undefined ? [] : [[path, Buffer.from(content)] as const],
      );
      return {
        urn,
        endpoint: type === CONTAINER ? (endpointOf(resource) ?? LOCAL) : String(plain(inputs.endpoint)),
        container: String(plain(type === CONTAINER ? inputs.name : inputs.container)),
        files: new Map(files),
      };
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
          if (there?.equals(content)) return [];
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
async function fileIn(endpoint: string, container: string, path: string): Promise<Buffer | undefined> {
  const archive = await reach({ endpoint, container }, { within: PATIENCE }, async (found) => {
    const stream = await found.getArchive({ path }).catch((error) => {
      if (error.statusCode === 404) return undefined;
      throw error;
    });
    return stream && buffer(stream);
  });
  if (!archive) return undefined;
  const extract = Readable.from([archive]).pipe(tar.extract());
  for await (const entry of extract) return await buffer(entry);
  return undefined;
}
