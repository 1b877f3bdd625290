import { startedDaemon } from "../setup/daemon.ts";
import { docker } from "../setup/docker.ts";
import { setupTask, stepTask } from "../setup/index.ts";
import { browser, testTools } from "../setup/testTools.ts";
import { taskList } from "../show/tasks.ts";
import { type Counts, countsLine, sum } from "../test/counts.ts";
import { runAva, runCheck } from "../test/run.ts";
import { shellScripts } from "../test/scripts.ts";
import { destroy } from "./destroy.ts";

/** The environment that belongs to the tests. */
const ENVIRONMENT = "test";
const END_TO_END = "test/e2e/**";
/** `npm run test:hosts`. */
const REAL_HOSTS = "test/real-hosts/**";

/**
 * Everything that needs no human. The last line counts it; the exit code is 0 only when nothing failed.
 * `unit` leaves out what needs the whole environment.
 */
export async function test({ unit }: { unit?: boolean }): Promise<void> {
  const counts: Counts[] = [];
  try {
    for (const part of parts(unit)) counts.push(...(await part()));
  } catch (error) {
    console.error(`\n${(error as Error).message}`);
    counts.push({ passed: 0, failed: 1, skipped: 0 });
  } finally {
    await endDaemon();
  }
  const total = sum(counts);
  process.exitCode = total.failed === 0 ? 0 : 1;
  console.log(`\n${countsLine(total)}`);
}

const parts = (unit: boolean | undefined): (() => Promise<Counts[]>)[] => [
  async () => {
    heading("What the tests need");
    await taskList(
      [setupTask<object>(ENVIRONMENT), stepTask(testTools), ...(unit ? [] : [stepTask(browser)])],
      {},
    ).run();
    return [];
  },
  async () => {
    heading("Types and style");
    const scripts = await shellScripts();
    return [
      await runCheck("types (tsc)", "tsc", ["-p", "."]),
      await runCheck("lint and format (biome)", "biome", ["ci"]),
      await runCheck("scripts (shellcheck)", "shellcheck", scripts),
      await runCheck("scripts (shfmt)", "shfmt", ["-d", ...scripts]),
    ];
  },
  async () => {
    heading("Units");
    return [await runAva(["test/**/*.test.ts", `!${END_TO_END}`, `!${REAL_HOSTS}`])];
  },
  ...(unit ? [] : [endToEnd]),
];

/** The whole of it on the lab, one file after the other, without what an earlier run may have left. */
async function endToEnd(): Promise<Counts[]> {
  heading("End to end: leftovers of an earlier run");
  await destroy(ENVIRONMENT, { engine: "embedded", yes: true });
  heading("End to end");
  return [await runAva(["--serial", "--concurrency=1", "--timeout=15m", `${END_TO_END}/*.test.ts`])];
}

const heading = (title: string) => console.log(`\n${title}`);

/** A daemon that this run had to start is ended with it, unless somebody's containers came up in it. */
async function endDaemon(): Promise<void> {
  if (startedDaemon === undefined) return;
  const running = await docker.listContainers().catch(() => []);
  if (running.length === 0) process.kill(startedDaemon, "SIGTERM");
}
