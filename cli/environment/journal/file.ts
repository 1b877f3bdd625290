import { existsSync } from "node:fs";
import { appendFile, mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { besideState } from "../../../engine/index.ts";
import { backendUrl } from "../../engine/state.ts";
import { localDir, projectDir } from "../../project.ts";
import type { Line } from "./entries.ts";

/**
 * The file of what was done to an environment: beside its state, so that whoever shares the state shares it; in `.trivet/history` of this
 * clone where the state is in no file.
 */
export async function journalFile(environment: string): Promise<string> {
  const backend = await backendUrl();
  if (!backend.startsWith("file:")) return join(localDir, "history", `${environment}.jsonl`);
  return besideState({ projectDir, stack: environment, backend }, "history", `${environment}.jsonl`);
}

/** Lines only ever come to the end, each in one write: several machines may share the file. */
export async function append(file: string, line: Line): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await appendFile(file, `${JSON.stringify(line)}\n`, { mode: 0o600 });
}

/** The lines that are there, oldest first. One that was cut off by a full disk or a dead machine is left out. */
export async function readLines(file: string): Promise<Line[]> {
  if (!existsSync(file)) return [];
  const text = await readFile(file, "utf8");
  return text.split("\n").flatMap((line): Line[] => {
    try {
      return line ? [JSON.parse(line) as Line] : [];
    } catch {
      return [];
    }
  });
}
