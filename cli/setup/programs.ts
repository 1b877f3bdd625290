import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";

/** Full path of a program: on PATH, or where only root's PATH looks. */
export async function findProgram(name: string): Promise<string | undefined> {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/local/sbin", "/usr/sbin", "/sbin"];
  for (const folder of folders.filter(Boolean)) {
    const path = join(folder, name);
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  return undefined;
}

/** A `docker` client alone (some machines have just that) is no Docker Engine: the daemon's program decides. */
export const engineIsInstalled = async () => (await findProgram("dockerd")) !== undefined;
