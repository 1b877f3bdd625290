import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile } from "../../core/replaceFile.ts";
import type { RunResult } from "../report/run.ts";
import type { MutantResult, Sighting } from "./try.ts";

/** All that was done, as `mutants.json` has it: a run's own words, with mutants for experiments. */
export interface MutantsResult
  extends Pick<RunResult, "version" | "environment" | "trivet" | "commit" | "seed" | "started" | "ended" | "state"> {
  mutants: MutantResult[];
}

export const columns = ["MUTANT", "FOUND", "BY", "SAID", "SECONDS"];

/** One row for each that must find a mutant. */
export const rows = (mutants: readonly MutantResult[]): string[][] =>
  mutants.flatMap(({ name, sightings, seconds }) =>
    sightings.map(({ by, found, said }: Sighting, n) => [
      n === 0 ? name : "",
      found ? "yes" : "NO",
      by,
      said,
      n === 0 ? String(seconds) : "",
    ]),
  );

/** One sentence with the count, and the names of those that nobody found. */
export function summary({ mutants, started, ended }: MutantsResult): string {
  const missed = mutants.filter(({ found }) => !found).map(({ name }) => name);
  const minutes = ((Date.parse(ended) - Date.parse(started)) / 60_000).toFixed(1);
  const found = `${mutants.length - missed.length} of ${mutants.length} misconfigurations were found in ${minutes} minutes`;
  return missed.length === 0 ? `${found}.` : `${found}; not found: ${missed.join(", ")}.`;
}

export function markdown(result: MutantsResult): string {
  const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;
  const { environment, trivet, commit, seed, started } = result;
  return [
    `# Mutants of ${environment}`,
    "",
    summary(result),
    "",
    `Trivet ${trivet}${commit ? ` (${commit})` : ""}, ${started}, seed ${seed}.`,
    "",
    line(columns),
    line(columns.map(() => "---")),
    ...rows(result.mutants).map(line),
    "",
    ...result.mutants.map(({ name, title }) => `- **${name}**: ${title}`),
    "",
  ].join("\n");
}

/** Writes `mutants.json` and `mutants.md` into the folder; returns the path of the latter. */
export async function writeMutants(folder: string, result: MutantsResult): Promise<string> {
  await mkdir(folder, { recursive: true });
  await replaceFile(join(folder, "mutants.json"), `${JSON.stringify(result, null, 2)}\n`);
  const path = join(folder, "mutants.md");
  await replaceFile(path, markdown(result));
  return path;
}
