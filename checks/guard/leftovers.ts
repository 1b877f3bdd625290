import { Readable } from "node:stream";
import type { Container } from "dockerode";
import { extract } from "tar-stream";
import type { Inventory } from "../../core/inventory.ts";
import { dockerAt } from "../../hosts/endpoint.ts";
import { endpoints, findGuard, guardName } from "./container.ts";
import { execIn } from "./exec.ts";

/** What is broken on purpose on one Docker endpoint. */
export interface Broken {
  endpoint: string;
  /**
   * - `run`: a chaos run is at work right now, and heals it
   * - `guard`: that run is gone, and its guard heals it
   * - `nobody`: run and guard are gone: it stays until somebody heals it
   */
  healer: "run" | "guard" | "nobody";
  /** The faults that the guard's journal has not seen healed or undone: `loss-db1`. */
  faults: string[];
}

/** Where a guard keeps its journal. */
const JOURNAL = "/var/lib/trivet/journal";
/** Milliseconds for one endpoint; one that does not answer tells nothing: status says that it is out of reach. */
const PATIENCE = 5_000;

/** Looks for what chaos runs have broken and nobody has healed yet, on each endpoint. Changes nothing, and never rejects. */
export async function findBroken(inventory: Inventory): Promise<Broken[]> {
  const found = await Promise.all(
    endpoints(inventory).map((endpoint) => brokenOn(endpoint, inventory.environment).catch(() => undefined)),
  );
  return found.filter((each) => each !== undefined);
}

async function brokenOn(endpoint: string, environment: string): Promise<Broken | undefined> {
  const { container, journal } = await findGuard(endpoint, environment);
  if (!container && !journal) return undefined;
  const running = container && (await container.inspect()).State.Running;
  const healer = running ? ((await isHeard(container)) ? "run" : "guard") : "nobody";
  const faults = container ? await openIn(container, JOURNAL) : await openInVolume(endpoint, environment);
  return faults.length > 0 || healer === "run" ? { endpoint, healer, faults } : undefined;
}

const isHeard = (guard: Container) =>
  execIn(guard, ["guard", "alive"], PATIENCE).then(
    ({ code }) => code === 0,
    () => false,
  );

/** What is open in a journal, whether its container runs or not. */
async function openIn(container: Container, path: string): Promise<string[]> {
  const archive = await container.getArchive({ path, abortSignal: AbortSignal.timeout(PATIENCE) } as { path: string });
  const names: string[] = [];
  const entries = Readable.from(archive).pipe(extract());
  for await (const entry of entries) {
    names.push(entry.header.name);
    entry.resume();
  }
  return openFaults(names);
}

/** The journal of a guard that is gone, by a container that is never started: any image will do. */
async function openInVolume(endpoint: string, environment: string): Promise<string[]> {
  const docker = dockerAt(endpoint);
  const [image] = await docker.listImages();
  const reader = await docker.createContainer({
    Image: image!.Id,
    Cmd: ["true"],
    Labels: { "io.trivet.environment": environment, "io.trivet.service": "journal" },
    HostConfig: { NetworkMode: "none", Binds: [`${guardName(environment)}:/trivet-journal:ro,nocopy`] },
  });
  try {
    return await openIn(reader, "/trivet-journal");
  } finally {
    await reader.remove({ force: true });
  }
}

/** The faults that are open, from the paths in a journal: a folder each, named by time, number and fault. */
export function openFaults(paths: readonly string[]): string[] {
  const open = paths.flatMap((path) => /^[^/]+\/\d+-\d+-([^/]+?)-?\/(?:heal|restore)$/.exec(path)?.[1] ?? []);
  return [...new Set(open)].sort();
}
