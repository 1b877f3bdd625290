import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { execa } from "execa";
import { projectDir } from "../project.ts";
import { duration } from "../show/duration.ts";
import type { Counts } from "./counts.ts";
import type { Print } from "./sideBySide.ts";
import { readTap } from "./tap.ts";

export interface RunOptions {
  print: Print;
  /** Takes only what nothing else wants of the processor. */
  aside?: boolean;
}

/** A command line, that of `nice` before it where it is to be run aside. */
const line = (program: string, args: string[], aside: boolean | undefined): [string, string[]] =>
  aside ? ["nice", ["-n", "19", program, ...args]] : [program, args];

/**
 * A check is one test: a program that exits with 0 when all is well, and otherwise prints what is not. It is one of our
 * npm packages, or of this machine.
 */
export async function runCheck(
  title: string,
  program: string,
  args: string[],
  { print, aside }: RunOptions,
): Promise<Counts> {
  const began = performance.now();
  const { exitCode, all } = await execa(...line(program, args, aside), {
    cwd: projectDir,
    preferLocal: true,
    all: true,
    reject: false,
    stdin: "ignore",
  });
  const passed = exitCode === 0;
  const head = `  ${passed ? "✔" : "✖"} ${title} (${duration(performance.now() - began)})`;
  print(passed ? head : `${head}\n${all?.replace(/^/gm, "      ")}`);
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 };
}

/** Runs test files with ava. What makes it fail without any failed test (a file that can't be loaded) counts as one. */
export async function runAva(args: string[], { print, aside }: RunOptions): Promise<Counts> {
  const run = execa(...line("ava", ["--tap", ...args], aside), {
    cwd: projectDir,
    preferLocal: true,
    env: { NODE_OPTIONS: "--disable-warning=ExperimentalWarning" },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    buffer: false,
    reject: false,
  });
  const [counts] = await Promise.all([readTap(run.stdout, print), printLines(run.stderr, print)]);
  const { exitCode } = await run;
  if (exitCode === 0 || counts.failed > 0) return counts;
  print(`  ✖ ava ended with exit code ${exitCode} although no test failed`);
  return { ...counts, failed: counts.failed + 1 };
}

async function printLines(input: Readable, print: Print): Promise<void> {
  for await (const line of createInterface({ input })) print(line);
}
