import { randomInt } from "node:crypto";
import { type Experiment, experiments, leftOut, named } from "../../checks/experiments/index.ts";
import { applicable, matrix } from "../../checks/faults/index.ts";
import { exitCodeOf, liveLine, summaryText, writeReport } from "../../checks/report/index.ts";
import type { ExperimentResult } from "../../checks/report/run.ts";
import { mustBeAllowed, openRun, type Run } from "../../checks/run/index.ts";
import { monkey } from "../../checks/run/monkey.ts";
import { UserError } from "../../core/errors.ts";
import type { Inventory } from "../../core/inventory.ts";
import { imageTag } from "../../images/index.ts";
import { readInventory } from "../environment/inventory.ts";
import { removedText, runFolder } from "../environment/runs.ts";
import { PERMISSION, tellUnreadable } from "../environment/settings.ts";
import { interruptible } from "../interrupt.ts";
import { commitOf, version } from "../project.ts";
import { guardTask } from "../setup/hostImages.ts";
import { duration } from "../show/duration.ts";
import { mustList } from "../show/json.ts";
import { table } from "../show/table.ts";
import { sayIn, type Task, taskList } from "../show/tasks.ts";

export interface ChaosOptions {
  only?: string[];
  quick?: boolean;
  list?: boolean;
  /** Of the list. */
  json?: boolean;
  /** Minutes. */
  monkey?: number;
  seed?: number;
}

interface Context {
  run?: Run;
}

/** Breaks an environment on purpose, and tells what it survived. The exit code: 0 survived, 1 not, 3 the run itself broke. */
export async function chaos(environment: string, options: ChaosOptions): Promise<void> {
  await tellUnreadable(environment, PERMISSION);
  const inventory = await readInventory(environment, true);
  if (options.list) return console.log(options.json ? JSON.stringify(listOf(inventory)) : listText(inventory));
  mustList(options);
  const asked = choose(options);
  const without = options.monkey === undefined ? leftOut(inventory, asked) : [];
  const chosen = asked.filter(({ name }) => !without.some((one) => one.name === name));
  const seed = options.seed ?? randomInt(2 ** 31);
  mustBeAllowed(inventory, options.monkey === undefined ? chosen : [{ name: "monkey" }]);
  const signal = interruptible("what is broken is healed");
  const { folder, removed } = await runFolder("chaos", environment, new Date().toISOString());
  if (removed.length > 0) console.log(removedText(removed));
  const context: Context = {};
  for (const { name, reason } of without) console.log(`Left out: ${name}: ${reason}.`);
  if (chosen.length === 0)
    throw new UserError(
      `"${environment}" can have none of these experiments. Choose others: trivet chaos ${environment} --list`,
    );
  console.log(`Breaking ${environment} on purpose; --seed ${seed} repeats what is drawn by lot.`);
  let broke: unknown;
  try {
    await taskList(
      [
        guardTask(inventory) as Task<Context>,
        {
          title: "Guard and observers",
          task: async (context) => {
            const [trivet, commit] = await Promise.all([version(), commitOf()]);
            context.run = await openRun({
              inventory,
              image: imageTag("guard"),
              folder,
              seed,
              trivet,
              commit,
              signal,
              leftOut: without,
            });
          },
        },
        {
          title: "audit",
          task: async ({ run }, task) => {
            task.title = resultText(await run!.audit());
          },
        },
        ...(options.monkey === undefined ? chosen.map(experimentTask) : [monkeyTask(options.monkey, seed, signal)]),
      ],
      context,
    ).run();
  } catch (error) {
    broke = error;
  }
  const { run } = context;
  let left: Error | undefined;
  await run?.close().catch((error) => {
    left = error;
  });
  if (!run || run.result.experiments.length === 0) throw left ?? broke ?? new UserError("No experiment was performed.");
  const { html } = await writeReport(folder, run.result);
  console.log(`\n${summaryText(run.result)}\n\nReport: ${html}`);
  if (broke && !signal.aborted) console.error(`\nThe run broke: ${(broke as Error).message}`);
  if (left) console.error(`\nThe guard goes on healing by itself: ${left.message}`);
  process.exitCode = broke || left ? 3 : exitCodeOf(run.result);
}

function choose({ only, quick }: ChaosOptions): readonly Experiment[] {
  const chosen = only ? named(only) : experiments;
  return quick ? chosen.filter((experiment) => experiment.quick) : chosen;
}

function experimentTask(experiment: Experiment, index: number, all: readonly Experiment[]): Task<Context> {
  return {
    title: experiment.name,
    task: async ({ run }, task) => {
      const result = await performLive(run!, experiment, { n: index + 1, of: all.length, say: sayIn(task) });
      task.title = resultText(result);
    },
  };
}

function monkeyTask(minutes: number, seed: number, signal: AbortSignal): Task<Context> {
  return {
    title: `Monkey: any two faults at once, for ${minutes} minutes`,
    task: async ({ run }, task) => {
      const end = performance.now() + minutes * 60_000;
      const say = sayIn(task);
      let n = 0;
      for (const experiment of monkey(seed)) {
        if (performance.now() > end) break;
        say(resultText(await performLive(run!, experiment, { n: ++n, of: n, say })), "lasting");
        signal.throwIfAborted();
      }
    },
  };
}

/** Performs an experiment with a line about it that is new each half second. */
async function performLive(
  run: Run,
  experiment: Experiment,
  { n, of, say }: { n: number; of: number; say: ReturnType<typeof sayIn> },
): Promise<ExperimentResult> {
  const began = performance.now();
  return run.perform(experiment, (live) =>
    say(liveLine({ experiment: experiment.name, n, of, elapsedSeconds: (performance.now() - began) / 1_000, ...live })),
  );
}

const resultText = ({ name, verdict, error, totals, began, ended }: ExperimentResult) =>
  `${name}: ${verdict}${error ? ` (${error})` : ""}, longest gap ${duration(totals.longestGap)}, ${duration(ended - began)}`;

function listOf(inventory: Inventory) {
  const without = leftOut(inventory);
  return {
    environment: inventory.environment,
    experiments: experiments.map(({ name, title, quick }) => {
      const reason = without.find((one) => one.name === name)?.reason;
      return { name, title, quick: Boolean(quick), ...(reason && { leftOut: reason }) };
    }),
    faults: applicable(inventory),
  };
}

function listText(inventory: Inventory): string {
  const all = table(
    ["EXPERIMENT", "", "WHAT IS BROKEN"],
    listOf(inventory).experiments.map(({ name, title, quick, leftOut }) => [
      name,
      quick ? "quick" : "",
      leftOut ? `${title} (left out: ${leftOut})` : title,
    ]),
  );
  return `${all}\n\n${table(["FAULT", "SERVICE", "LEVEL", ""], matrix(inventory))}`;
}
