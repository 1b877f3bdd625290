import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { changes, comparison, readRun, reportFiles, summaryText, writeReport } from "../../checks/report/index.ts";
import type { RunResult } from "../../checks/report/run.ts";
import { UserError } from "../../core/errors.ts";
import { localDir } from "../project.ts";

/** Prints the summary of a run of chaos, or what differs from it in `other`, a later one. */
export async function report(
  environment: string,
  run: string | undefined,
  other: string | undefined,
  { json }: { json?: boolean },
): Promise<void> {
  const folder = await folderOf(run, environment);
  const result = await readRun(folder);
  if (other !== undefined) {
    const after = await readRun(await folderOf(other, environment));
    return console.log(json ? JSON.stringify(comparisonOf(result, after)) : comparison(result, after));
  }
  const files = reportFiles(folder);
  if (!Object.values(files).every((path) => existsSync(path))) await writeReport(folder, result);
  if (json) return console.log(JSON.stringify({ ...result, report: files.html }));
  console.log(`${summaryText(result)}\n\nReport: ${files.html}`);
}

const comparisonOf = (before: RunResult, after: RunResult) => ({
  before: before.started,
  after: after.started,
  changes: changes(before, after).map(([experiment, checker, was, is]) => ({
    experiment,
    checker,
    before: was,
    after: is,
  })),
});

/** A folder by its path, or by its name among the environment's runs; without one, the newest that has a result. */
async function folderOf(run: string | undefined, environment: string): Promise<string> {
  const runs = join(localDir, "chaos", environment);
  if (run !== undefined) {
    const named = join(runs, run);
    return existsSync(named) ? named : resolve(run);
  }
  const names = await readdir(runs).catch((): string[] => []);
  // Names are times, so the last by name is the newest; one that was killed has no result.
  const newest = names.sort().findLast((name) => existsSync(join(runs, name, "run.json")));
  if (newest) return join(runs, newest);
  throw new UserError(`There is no run of ${environment} yet. Make one: trivet chaos ${environment}`);
}
