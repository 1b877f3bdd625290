import { resolve } from "node:path";
import type { Problem } from "../../core/problem.ts";

/** What `read` makes of a file that the settings name; undefined, and a problem, where it can't be read. */
export function reading<T>(
  file: string,
  folder: string,
  problems: Problem[],
  where: string,
  read: (path: string) => T,
): T | undefined {
  try {
    return read(resolve(folder, file));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    problems.push({
      where,
      given: `"${file}", which can't be read (${code})`,
      expected: `a file, its path relative to ${folder}`,
      mend: "correct the path",
    });
    return undefined;
  }
}
