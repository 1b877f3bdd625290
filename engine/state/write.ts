import { access, constants, mkdir, readdir, stat, statfs, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { replaceFile as replaceWhole } from "../../core/replaceFile.ts";
import { StateError, writeError } from "./errors.ts";

/** Bytes that a run may need beside three copies of the state: the next one, the former one, and its backup. */
const ROOM = 256 * 1024;

/**
 * Replaces a file of the state in one step.
 *
 * @throws {StateError} when there is no room or no right to write
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  try {
    await replaceWhole(path, text, 0o600);
  } catch (error) {
    throw writeError(path, error);
  }
}

/** Makes a folder where there is none. @throws {StateError} when there is no room or no right to */
export async function prepareFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw writeError(path, error);
  }
}

/** Removes what killed writes of a file have left. */
export async function removeLeftovers(path: string): Promise<void> {
  const folder = dirname(path);
  const prefix = `${basename(path)}.`;
  // Digits: those of older Trivets.
  const isLeftover = (file: string): boolean =>
    file.startsWith(prefix) && /^(\d+|(bak\.)?[0-9a-f-]{36}\.new)$/.test(file.slice(prefix.length));
  for (const file of (await readdir(folder)).filter(isLeftover)) await unlink(join(folder, file));
}

/**
 * Before a run changes anything: its record can be written.
 *
 * @throws {StateError} when the file or its folder is read-only, or the disk too full
 */
export async function mustBeWritable(path: string): Promise<void> {
  const folder = dirname(path);
  const { size } = await stat(path).catch(() => ({ size: 0 }));
  await prepareFolder(folder);
  try {
    await access(folder, constants.W_OK | constants.X_OK);
    if (size > 0) await access(path, constants.W_OK);
  } catch (error) {
    throw writeError(path, error);
  }
  const { bavail, bsize, blocks } = await statfs(folder);
  const [free, needed] = [bavail * bsize, 3 * size + ROOM];
  // A file system that counts no blocks has 0 of 0.
  if (blocks > 0 && free < needed) {
    throw new StateError(
      `The disk of ${path} has ${inKilobytes(free)} left, and a run may need ${inKilobytes(needed)} for its record: nothing was done; make room on that disk, then give the same command again.`,
    );
  }
}

const inKilobytes = (bytes: number): string => `${Math.floor(bytes / 1024)} kB`;
