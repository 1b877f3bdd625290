import { readFile, rename, writeFile } from "node:fs/promises";
import type { StatusFile } from "../ports.ts";

/**
 * What `health` is told: whole or not at all, with the seconds since the machine's start, which nobody sets, so that it sees its age
 * (docs/decisions/0026). Where it can't be written, that age tells.
 */
export const statusFile = (path: string): StatusFile => ({
  async write(status) {
    try {
      const told = Math.floor(Number.parseFloat(await readFile("/proc/uptime", "utf8")));
      await writeFile(`${path}.new`, `${JSON.stringify({ told, ...status })}\n`);
      await rename(`${path}.new`, path);
    } catch {}
  },
});
