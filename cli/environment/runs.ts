import { existsSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { localDir } from "../project.ts";

/** Runs of an environment that stay: enough to compare with those of last week, and no disk is filled by a nightly one. */
const KEPT = 20;

/** Names are times, some with a word before them: `mutants-2026-11-30T02-24-24.000Z`. */
const timeOf = (name: string): string => /\d{4}-\d\d-\d\dT.*$/.exec(name)?.[0] ?? "";

/**
 * Makes the folder of a run that begins, and removes the oldest runs beside it, so that at most `kept` are there. The newest that has a
 * result stays whatever came after it. Folders that are not named by a time are somebody's own.
 */
export async function runFolder(
  kind: "chaos" | "bench",
  environment: string,
  name: string,
  { root = localDir, kept = KEPT }: { root?: string; kept?: number } = {},
): Promise<{ folder: string; removed: string[] }> {
  const runs = join(root, kind, environment);
  const folder = join(runs, name.replaceAll(":", "-"));
  await mkdir(folder, { recursive: true });
  const entries = await readdir(runs, { withFileTypes: true });
  const older = entries
    .filter((entry) => entry.isDirectory() && timeOf(entry.name) !== "" && entry.name !== basename(folder))
    .map((entry) => entry.name)
    .sort((a, b) => timeOf(a).localeCompare(timeOf(b)));
  const withResult = older.findLast((run) => existsSync(join(runs, run, "run.json")));
  const removed = older.slice(0, Math.max(0, older.length + 1 - kept)).filter((run) => run !== withResult);
  for (const run of removed) await rm(join(runs, run), { recursive: true });
  return { folder, removed };
}

/** A sentence for people; nothing when nothing was removed. */
export function removedText(removed: readonly string[]): string {
  if (removed.length === 0) return "";
  const [oldest] = removed;
  const newest = removed.at(-1);
  const names = removed.length === 1 ? `${oldest}` : `${oldest} to ${newest}`;
  return `Removed ${removed.length === 1 ? "the oldest run" : `the ${removed.length} oldest runs`} (${names}): the newest ${KEPT} are kept.`;
}
