import { constants } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

export interface Owner {
  uid: number;
  gid: number;
}

/**
 * Writes a file whole or not at all, also when the power goes: beside it, to the disk, and into its place. Whoever reads it sees the one or the
 * other. Throws when it can't be written.
 */
export async function writeWhole(path: string, text: string, mode = 0o644, owner?: Owner): Promise<void> {
  const beside = `${path}.new`;
  // What a former life left half written there may be another one's, and of other rights.
  await rm(beside, { force: true });
  const file = await open(beside, "wx", mode);
  await closing(file, async () => {
    await file.chmod(mode);
    if (owner) await file.chown(owner.uid, owner.gid);
    await file.writeFile(text);
    await file.sync();
  });
  await rename(beside, path);
  await syncFolder(dirname(path));
}

/** So that what was renamed or removed in it stays so. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  await closing(folder, () => folder.sync());
}

async function closing(file: FileHandle, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } finally {
    await file.close();
  }
}

/**
 * The first bytes of a file, up to one more than `most`, so that a larger one is seen to be larger; undefined where there is none. Throws for
 * what is no file: nobody must wait for a pipe that a name stands for.
 */
export async function readBytes(path: string, most: number): Promise<Uint8Array | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    if (!(await file.stat()).isFile()) throw new Error(`${path} is no file`);
    const bytes = Buffer.alloc(most + 1);
    let size = 0;
    while (size < bytes.length) {
      const { bytesRead } = await file.read(bytes, size, bytes.length - size, size);
      if (bytesRead === 0) break;
      size += bytesRead;
    }
    return bytes.subarray(0, size);
  } finally {
    await file.close();
  }
}
