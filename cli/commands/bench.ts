import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { UserError } from "../../core/errors.ts";
import { median } from "../bench/median.ts";
import { memoryOf } from "../bench/memory.ts";
import { findInventory } from "../environment/inventory.ts";
import { loadEnvironment } from "../environment/settings.ts";
import { projectDir } from "../project.ts";
import { LOCAL } from "../setup/docker.ts";
import { removeImages } from "../setup/images.ts";
import { confirm } from "../show/confirm.ts";
import { table } from "../show/table.ts";

export interface BenchOptions {
  cold?: boolean;
  runs: string;
  yes?: boolean;
}

const MIB = 1024 ** 2;

/**
 * Measures how long `up` takes, as a user waits for it, and what the environment then takes of memory. The environment is
 * destroyed for it; one that was not up before isn't up afterwards.
 */
export async function benchUp(environment: string, { cold, runs, yes }: BenchOptions): Promise<void> {
  const count = Number(runs);
  if (!Number.isInteger(count) || count < 1)
    throw new UserError(`--runs is "${runs}": expected a whole number from 1.`);
  // What could not come up again is not destroyed.
  await loadEnvironment(environment);
  const wasUp = Boolean(await findInventory(environment));
  if (wasUp) await confirm(`${environment} is up, and its data is lost by this. Go on?`, yes);

  const rows: string[][] = [];
  await run("destroy", environment, "--yes");
  if (cold) rows.push(row("fresh clone, no images: npm start to healthy", [await freshClone(environment)], 360));

  await run("images");
  const built: number[] = [];
  for (let i = 0; i < count; i++) {
    await run("destroy", environment, "--yes");
    built.push(await run("up", environment, "--yes"));
  }
  rows.push(row("destroyed, images built: up to healthy", built, 90));

  const idle: number[] = [];
  for (let i = 0; i < count; i++) idle.push(await run("up", environment, "--yes"));
  rows.push(row("nothing to do", idle, 10));

  const used = (await memoryOf(LOCAL, environment)) / MIB;
  rows.push(["memory of the whole environment", `${Math.round(used)} MiB`, "", "4096 MiB"]);
  if (!wasUp) await run("destroy", environment, "--yes");

  console.log(`\nup ${environment}, on ${cpus().length} cores with ${Math.round(totalmem() / 1024 ** 3)} GiB\n`);
  console.log(table(["WHAT", "MEDIAN", "RUNS", "GOAL"], rows));
}

function row(what: string, seconds: number[], goal: number): string[] {
  const shown = (value: number) => value.toFixed(1);
  return [what, `${shown(median(seconds))} s`, seconds.map(shown).join(", "), `${goal} s`];
}

/** Runs our command as a user would, and returns the seconds that it took. */
async function run(...args: string[]): Promise<number> {
  return timed(args.join(" "), process.execPath, [join(projectDir, "cli", "trivet.mjs"), ...args], projectDir);
}

/** A clone in which nothing is installed, on a machine without our images; Docker itself stays. */
async function freshClone(environment: string): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "trivet-bench-"));
  const clone = (...args: string[]) => timed(args.join(" "), "node", ["cli/trivet.mjs", ...args], folder);
  try {
    await execa("git", ["clone", "--quiet", projectDir, folder]);
    await removeImages();
    const seconds = await clone("up", environment, "--yes");
    await clone("destroy", environment, "--yes");
    return seconds;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function timed(what: string, program: string, args: string[], cwd: string): Promise<number> {
  const began = performance.now();
  process.stderr.write(`trivet ${what} … `);
  await execa(program, args, { cwd, stdin: "ignore" });
  const seconds = (performance.now() - began) / 1_000;
  console.error(`${seconds.toFixed(1)} s`);
  return seconds;
}
