import { execa } from "execa";
import { projectDir } from "../project.ts";
import { duration } from "../show/duration.ts";
import type { Counts } from "./counts.ts";
import { readTap } from "./tap.ts";

/**
 * A check is one test: a program that exits with 0 when all is well, and otherwise prints what is not. It is one of our
 * npm packages, or of this machine.
 */
export async function runCheck(title: string, program: string, args: string[]): Promise<Counts> {
  const began = performance.now();
  const { exitCode, all } = await execa(program, args, {
    cwd: projectDir,
    preferLocal: true,
    all: true,
    reject: false,
    stdin: "ignore",
  });
  const passed = exitCode === 0;
  console.log(`  ${passed ? "✔" : "✖"} ${title} (${duration(performance.now() - began)})`);
  if (!passed) console.log(all?.replace(/^/gm, "      "));
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 };
}

/** Runs test files with ava. What makes it fail without any failed test (a file that can't be loaded) counts as one. */
export async function runAva(args: string[], env: Record<string, string> = {}): Promise<Counts> {
  const run = execa("ava", ["--tap", ...args], {
    cwd: projectDir,
    preferLocal: true,
    env: { NODE_OPTIONS: "--disable-warning=ExperimentalWarning", ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
    buffer: false,
    reject: false,
  });
  const counts = await readTap(run.stdout);
  const { exitCode } = await run;
  if (exitCode === 0 || counts.failed > 0) return counts;
  console.log(`  ✖ ava ended with exit code ${exitCode} although no test failed`);
  return { ...counts, failed: counts.failed + 1 };
}
