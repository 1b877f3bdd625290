import { readdir, readFile, stat, unlink } from "node:fs/promises";
import { basename, join } from "node:path";
import type { StackFiles } from "./backend.ts";
import { NotAState, parseCheckpoint, type StoredDeployment } from "./format.ts";
import { prepareFolder, replaceFile } from "./write.ts";

/** How many earlier states are kept beside `.bak`, one of each run that changed something. */
const KEPT = 10;
/** Pulumi's CLI leaves one at each run and removes none: older ones than these nobody goes back to. */
const LOOKED_AT = 30;

/** An earlier state, as it was kept. */
export interface Backup {
  path: string;
  /** When the state in it was written; when the file was, where it does not say. RFC 3339 */
  time: string;
  /** How many resources it has; undefined where it is no state. */
  resources?: number;
  /** Why it can't be used. */
  broken?: string;
  /** The state in it; undefined where it records nothing, or is no state. */
  state?: StoredDeployment;
}

/** What is kept of a stack: `.bak`, and the folder of backups, Pulumi's own there, too. Newest first. */
export async function findBackups({ checkpoint, backups }: StackFiles): Promise<Backup[]> {
  const files = (await readdir(backups).catch((): string[] => [])).filter((file) => file.endsWith(".json"));
  const dated = await Promise.all(
    [`${checkpoint}.bak`, ...files.map((file) => join(backups, file))].map(async (path) => ({
      path,
      modified: await stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => undefined,
      ),
    })),
  );
  const newest = dated
    .filter(({ modified }) => modified !== undefined)
    .sort((a, b) => b.modified! - a.modified!)
    .slice(0, LOOKED_AT);
  const found = await Promise.all(newest.map(({ path, modified }) => readBackup(path, modified!)));
  return found.sort((a, b) => b.time.localeCompare(a.time));
}

export async function readBackup(path: string, modified?: number): Promise<Backup> {
  const text = await readFile(path, "utf8");
  const time = new Date(modified ?? (await stat(path)).mtimeMs).toISOString();
  try {
    const state = parseCheckpoint(text, path).checkpoint.latest;
    const written = state?.manifest?.time;
    return {
      path,
      time: written && !Number.isNaN(Date.parse(written)) ? new Date(written).toISOString() : time,
      resources: state?.resources?.length ?? 0,
      state,
    };
  } catch (error) {
    return { path, time, broken: error instanceof NotAState ? error.message : "is of another kind" };
  }
}

/** The one to go back to: the newest that records anything. */
export const newestGood = (found: readonly Backup[]): Backup | undefined => found.find(({ resources }) => resources);

/** Keeps an earlier state, as `.bak` and under its time, and lets the oldest go. */
export async function keepBackup({ checkpoint, backups }: StackFiles, text: string): Promise<void> {
  await replaceFile(`${checkpoint}.bak`, text);
  await prepareFolder(backups);
  const stack = basename(checkpoint, ".json");
  await replaceFile(join(backups, `${stack}.${new Date().toISOString().replaceAll(":", "-")}.json`), text);
  // Pulumi's own names end in a figure.
  const ours = (await readdir(backups)).filter((file) => /\.\d{4}-\d\d-\d\dT[\d-]+\.\d{3}Z\.json$/.test(file)).sort();
  for (const file of ours.slice(0, -KEPT)) await unlink(join(backups, file)).catch(() => {});
}
