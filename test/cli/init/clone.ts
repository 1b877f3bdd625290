import { cp, mkdtemp, readdir, readFile, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const top = join(import.meta.dirname, "../../..");
/** What a command does not need, or a run of ours has made. */
const leftOut = ["docs", "dist", "node_modules", "test"];

/** The commands that the README has a newcomer type, each on one line. */
export async function typed(): Promise<string[]> {
  const section = /^## Your own environment$(.*?)^## /ms.exec(await readFile(join(top, "README.md"), "utf8"))![1]!;
  return [...section.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, block]) =>
    block!
      .replaceAll(/\\\n\s*/g, "")
      .trim()
      .split("\n"),
  );
}

/** A folder with the project as a fresh clone has it, to be removed in the end. */
export async function clone(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "trivet-newcomer-"));
  const entries = (await readdir(top)).filter((name) => !name.startsWith(".") && !leftOut.includes(name));
  for (const each of entries) await cp(join(top, each), join(folder, each), { recursive: true });
  await symlink(join(top, "node_modules"), join(folder, "node_modules"));
  return folder;
}
