import { randomUUID } from "node:crypto";
import { access, constants, mkdir, open, readdir, rename, stat, statfs, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { StateError, writeError } from "./errors.ts";

/** Bytes that a run may need beside three copies of the state: the next one, the one of before, and its backup. */
const ROOM = 256 * 1024;

/**
 * Replaces a file in one step: whoever reads it finds the old text or the new one, also after a power cut and on a full disk.
 * (write-file-atomic takes a write that a full disk cut short for a whole one.)
 *
 * @throws {StateError} when there is no room or no right to write
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.new`;
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw writeError(path, error);
  }
  await syncFolder(dirname(path));
}

/** So that the new name is there after a power cut, too. Some file systems know no such thing. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r").catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close();
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
