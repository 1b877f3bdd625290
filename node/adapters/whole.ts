import { writeFile } from "node:fs/promises";

/**
 * Notes for good, beside the data, that this node was in a whole cluster once: one that never was may be changed while it is broken. False
 * where that can't be written.
 */
export const noteWhole = (path: string): Promise<boolean> =>
  writeFile(path, "", { flag: "a" }).then(
    () => true,
    () => false,
  );
