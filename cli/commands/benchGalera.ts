import { randomInt } from "node:crypto";
import { writeFile } from "node:fs/promises";
import {
  type Bench,
  type BenchResult,
  type Case,
  type CaseResult,
  choose,
  chooseProfiles,
  gapTable,
  howMeasured,
  isBroken,
  mustAllow,
  openBench,
  outageTable,
  type ProfileName,
  runsOf,
  secondsOf,
  spreadOf,
} from "../../checks/bench/galera/index.ts";
import { galera } from "../../components/galera/facts.ts";
import { Failure } from "../../core/errors.ts";
import type { Inventory } from "../../core/inventory.ts";
import { imageTag } from "../../images/index.ts";
import { observe, planOf, take } from "../../operations/rolling/index.ts";
import { findServices } from "../environment/find.ts";
import { readInventory } from "../environment/inventory.ts";
import { removedText, runFolder } from "../environment/runs.ts";
import { PERMISSION, tellUnreadable } from "../environment/settings.ts";
import { interruptible } from "../interrupt.ts";
import { commitOf, version } from "../project.ts";
import { guardTask } from "../setup/hostImages.ts";
import { duration } from "../show/duration.ts";
import { table } from "../show/table.ts";
import { sayIn, type Task, taskList } from "../show/tasks.ts";

export interface BenchGaleraOptions {
  only?: string[];
  profiles: string[];
  runs?: number;
  /** Of starving. */
  minutes: number;
  seed?: number;
  /** A file for the results. */
  json?: string;
}

interface Context {
  bench?: Bench;
}

/** A row of a table to be: one case with one profile. */
interface Part {
  one: Case;
  profile: ProfileName;
  runs: number;
}

/**
 * Measures how long nobody can write when a database node is lost, restarted or replaced, or all are. The exit code is not 0
 * when a run broke, or when something was seen that must never be; a goal that is missed is told in the table.
 */
export async function benchGalera(environment: string, options: BenchGaleraOptions): Promise<void> {
  await tellUnreadable(environment, PERMISSION);
  await measure(await readInventory(environment, true), options);
}

/** The same for an environment that is known already. */
export async function measure(inventory: Inventory, options: BenchGaleraOptions): Promise<void> {
  const { environment } = inventory;
  const { only, runs, minutes, json } = options;
  const profiles = chooseProfiles(options.profiles);
  const chosen = choose(only);
  mustAllow(inventory, chosen);
  const parts = chosen.flatMap((one) =>
    (one.table === "gaps" ? profiles : (["configured"] as const)).map(
      (profile): Part => ({ one, profile, runs: runsOf(one, runs) }),
    ),
  );
  const seed = options.seed ?? randomInt(2 ** 31);
  const seconds = parts.reduce((sum, part) => sum + secondsOf(part.one, part.profile, part.runs, minutes), 0);
  const total = parts.reduce((sum, part) => sum + part.runs, 0);
  console.log(
    `Measures ${environment}: ${total} runs, some ${duration(seconds * 1_000)}. --seed ${seed} repeats what is drawn by lot.`,
  );
  const signal = interruptible("what is broken is healed, and the time-outs are put back");
  const { folder, removed } = await runFolder("bench", environment, new Date().toISOString());
  if (removed.length > 0) console.log(removedText(removed));
  const context: Context = {};
  let broke: unknown;
  try {
    await taskList(
      [
        guardTask(inventory) as Task<Context>,
        {
          title: "Guard and observers",
          task: async (context) => {
            const [trivet, commit] = await Promise.all([version(), commitOf()]);
            const image = imageTag("guard");
            const restartAll = () => restartNodes(inventory, signal);
            const more = { trivet, commit, minutes, restartAll, signal };
            context.bench = await openBench({ inventory, image, folder, seed, ...more });
          },
        },
        ...parts.map(partTask),
      ],
      context,
    ).run();
  } catch (error) {
    broke = error;
  }
  const { bench } = context;
  await bench?.close();
  if (!bench || bench.result.results.length === 0) throw broke;
  console.log(`\n${resultText(bench.result)}\n\nResults: ${folder}`);
  if (json) await writeFile(json, `${JSON.stringify(bench.result, null, 2)}\n`);
  if (broke && !signal.aborted) throw broke;
  mustBeWell(bench.result);
}

function partTask({ one, profile, runs }: Part): Task<Context> {
  const title = `${one.name}${one.table === "gaps" ? `, ${profile}` : ""}`;
  return {
    title,
    task: async ({ bench }, task) => {
      task.title = `${title}: ${partText(await bench!.measure(one, profile, runs, sayIn(task)))}`;
    },
  };
}

function partText({ runs }: CaseResult): string {
  const done = runs.flatMap((run) => (isBroken(run) ? [] : [run]));
  const gaps = spreadOf(done.map(({ name }) => name));
  const broken = runs.length - done.length;
  return [
    ...(gaps ? [`longest gap ${duration(gaps.p50)} (p50), ${duration(gaps.max)} (max) in ${gaps.n} runs`] : []),
    ...(broken ? [`${broken} broke`] : []),
  ].join(", ");
}

function resultText(result: BenchResult): string {
  const tables = [gapTable(result), outageTable(result)].filter(({ rows }) => rows.length > 0);
  return [...tables.map(({ head, rows }) => table(head, rows)), howMeasured(result.clients)].join("\n\n");
}

/** As `trivet restart <environment> galera` does it. */
async function restartNodes(inventory: Inventory, signal: AbortSignal): Promise<void> {
  const service = galera.name;
  const plan = planOf(inventory, "restart", findServices(inventory, service), await observe(inventory, service));
  for (const node of plan.nodes) {
    signal.throwIfAborted();
    await take(inventory, plan, node, () => {});
  }
}

/** @throws {Failure} with each run that broke, and each thing that must never be */
function mustBeWell({ results }: BenchResult): void {
  const wrong = results.flatMap(({ name, profile, runs }) =>
    runs.flatMap((run, index) =>
      (isBroken(run) ? [`the run broke: ${run.error}`] : run.problems).map(
        (problem) => `${name} (${profile}), run ${index + 1}: ${problem}`,
      ),
    ),
  );
  if (wrong.length > 0) throw new Failure(`Not all is well:\n${wrong.map((line) => `  - ${line}`).join("\n")}`);
}
