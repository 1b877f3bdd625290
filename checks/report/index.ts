import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile } from "../../core/replaceFile.ts";
import { junitXml } from "./junit.ts";
import { markdown } from "./markdown.ts";
import type { RunResult } from "./run.ts";

export { changes, comparison } from "./compare.ts";
export { liveLine } from "./live.ts";
export { readRun } from "./schema.ts";
export { summaryText } from "./text.ts";
export { exitCodeOf } from "./verdicts.ts";

/** Paths of a run's report. */
export interface ReportFiles {
  html: string;
  json: string;
  junit: string;
  markdown: string;
}

export const reportFiles = (folder: string): ReportFiles => ({
  html: join(folder, "report.html"),
  json: join(folder, "run.json"),
  junit: join(folder, "junit.xml"),
  markdown: join(folder, "summary.md"),
});

/** Writes all forms of the report into the folder of the run. The result comes first: all others can be made from it again. */
export async function writeReport(folder: string, result: RunResult): Promise<ReportFiles> {
  const files = reportFiles(folder);
  await mkdir(folder, { recursive: true });
  await replaceFile(files.json, `${JSON.stringify(result, undefined, 2)}\n`);
  await replaceFile(files.junit, junitXml(result));
  await replaceFile(files.markdown, markdown(result));
  // Plots take a second to load: whoever only wants words does without.
  const { page } = await import("./html/page.ts");
  await replaceFile(files.html, await page(result));
  return files;
}
