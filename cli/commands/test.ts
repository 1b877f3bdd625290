import { startedDaemon } from "../setup/daemon.ts";
import { docker } from "../setup/docker.ts";
import { guardImage } from "../setup/images.ts";
import { setupTask, stepTask } from "../setup/index.ts";
import { browser, testTools } from "../setup/testTools.ts";
import { duration } from "../show/duration.ts";
import { taskList } from "../show/tasks.ts";
import { type Counts, countsLine, sum } from "../test/counts.ts";
import { runAva, runCheck } from "../test/run.ts";
import { shellScripts } from "../test/scripts.ts";
import { type Part, type Print, sideBySide } from "../test/sideBySide.ts";

/** The environment that belongs to the tests. */
const ENVIRONMENT = "test";
const END_TO_END = "test/e2e/**";
const CONTAINERS = "test/containers/**";
/** `npm run test:hosts`. */
const REAL_HOSTS = "test/real-hosts/**";

/**
 * Everything that needs no human. The last line counts it; the exit code is 0 only when nothing failed.
 * `unit` leaves out what needs the whole environment, or containers.
 */
export async function test({ unit }: { unit?: boolean }): Promise<void> {
  const counts: Counts[] = [];
  try {
    console.log("\nWhat the tests need");
    const forContainers = unit ? [] : [browser, guardImage];
    await taskList(
      [setupTask<object>(ENVIRONMENT), ...[testTools, ...forContainers].map((step) => stepTask(step))],
      {},
    ).run();
    // A lab mostly waits. Meanwhile the rest is done, the units with what the others leave of the processor.
    counts.push(...(await sideBySide(unit ? [units(false)] : [units(true), endToEnd, containers])));
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

/** What needs no container: style, too. */
const units =
  (aside: boolean): Part =>
  async (print) => {
    const options = { print, aside };
    print("\nTypes and style");
    const scripts = await shellScripts();
    const checks = [
      await runCheck("types (tsc)", "tsc", ["-p", "."], options),
      await runCheck("lint and format (biome)", "biome", ["ci"], options),
      await runCheck("scripts (shellcheck)", "shellcheck", scripts, options),
      await runCheck("scripts (shfmt)", "shfmt", ["-d", ...scripts], options),
    ];
    const others = [END_TO_END, CONTAINERS, REAL_HOSTS].map((files) => `!${files}`);
    // No standstill for so long where others go first.
    const patience = aside ? ["--timeout=15m"] : [];
    return sum([
      ...checks,
      await timed("Units", print, () => runAva([...patience, "test/**/*.test.ts", ...others], options)),
    ]);
  };

const SERIAL = ["--serial", "--concurrency=1", "--timeout=15m"];

/** On the lab, one file after the other. */
const endToEnd: Part = (print) =>
  timed("End to end", print, () => runAva([...SERIAL, `${END_TO_END}/*.test.ts`], { print }));

/** On containers of their own: one file after the other, since some have the same addresses. */
const containers: Part = (print) =>
  timed("On containers of their own", print, () => runAva([...SERIAL, `${CONTAINERS}/*.test.ts`], { print }));

/** With a heading, and how long it took. */
async function timed(title: string, print: Print, work: () => Promise<Counts>): Promise<Counts> {
  print(`\n${title}`);
  const began = performance.now();
  const counts = await work();
  print(`  took ${duration(performance.now() - began)}`);
  return counts;
}

/** A daemon that this run had to start is ended with it, unless somebody's containers came up in it. */
async function endDaemon(): Promise<void> {
  if (startedDaemon === undefined) return;
  const running = await docker.listContainers().catch(() => []);
  if (running.length === 0) process.kill(startedDaemon, "SIGTERM");
}
