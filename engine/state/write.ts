import { access, chmod, constants, mkdir, readdir, stat, statfs, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { replaceFile as replaceWhole } from "../../core/replaceFile.ts";
import { StateError, writeError } from "./errors.ts";

/** Bytes that a run may need beside three copies of the state: the next one, the former one, and its backup. */
const ROOM = 256 * 1024;

/** Rights of a file, and of a folder, where a group shares them. */
export const SHARED_FILE = 0o660;
const SHARED_FOLDER = 0o2770;
const OWN_FILE = 0o600;

/** Whether a folder's group is to share what is made in it: it may write, and what is made gets its group. Its secrets are encrypted anyway. */
export async function isShared(folder: string): Promise<boolean> {
  const { mode } = await stat(folder);
  return (mode & 0o2020) === 0o2020;
}

/**
 * Replaces a file of the state in one step. Only its owner may read it, or the group that shares the folder.
 *
 * @throws {StateError} when there is no room or no right to write
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  try {
    await replaceWhole(path, text, (await isShared(dirname(path))) ? SHARED_FILE : OWN_FILE);
  } catch (error) {
    throw writeError(path, error);
  }
}

/** Makes a folder where there is none, shared as the one that it is in. @throws {StateError} when there is no room or no right to */
export async function prepareFolder(path: string): Promise<void> {
  try {
    const first = await mkdir(path, { recursive: true });
    if (first === undefined || !(await isShared(dirname(first)))) return;
    // Whatever the umask, those below it, too.
    for (let made = path; made.length >= first.length; made = dirname(made)) await chmod(made, SHARED_FOLDER);
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
