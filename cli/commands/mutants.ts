import { randomInt } from "node:crypto";
import { audit } from "../../checks/audit/index.ts";
import {
  mutants as allMutants,
  columns,
  findingText,
  type Mutant,
  type MutantResult,
  type MutantsResult,
  namedMutants,
  rows,
  summary,
  tryMutant,
  writeMutants,
} from "../../checks/mutants/index.ts";
import { openRun, type Run } from "../../checks/run/index.ts";
import { UserError } from "../../core/errors.ts";
import type { Inventory } from "../../core/inventory.ts";
import { imageTag } from "../../images/index.ts";
import { readInventory } from "../environment/inventory.ts";
import { removedText, runFolder } from "../environment/runs.ts";
import { PERMISSION, tellUnreadable } from "../environment/settings.ts";
import { interruptible } from "../interrupt.ts";
import { commitOf, version } from "../project.ts";
import { guardTask } from "../setup/hostImages.ts";
import { mustList } from "../show/json.ts";
import { table } from "../show/table.ts";
import { sayIn, type Task, taskList } from "../show/tasks.ts";

export interface MutantsOptions {
  only?: string[];
  list?: boolean;
  /** Of the list. */
  json?: boolean;
  seed?: number;
}

interface Context {
  run?: Run;
}

/** Exit codes. */
const FOUND_ALL = 0;
const MISSED = 1;
const BROKE = 3;

/**
 * Misconfigures an environment on purpose, one way after the other, and tells whether the suite finds it. The exit code: 0
 * all were found, 1 one was not, 3 the run itself broke (or the environment is not clean to begin with).
 */
export async function mutants(environment: string, options: MutantsOptions): Promise<void> {
  const chosen = options.only ? namedMutants(options.only) : allMutants;
  if (options.list) return console.log(options.json ? JSON.stringify(listOf(chosen)) : listText(chosen));
  mustList(options);
  await tellUnreadable(environment, PERMISSION);
  const inventory = await readInventory(environment, true);
  mustAllowAll(inventory);
  const signal = interruptible("what is misconfigured is put right");
  const seed = options.seed ?? randomInt(2 ** 31);
  const [trivet, commit] = await Promise.all([version(), commitOf()]);
  const started = new Date().toISOString();
  const { folder, removed } = await runFolder("chaos", environment, `mutants-${started}`);
  if (removed.length > 0) console.log(removedText(removed));
  const done: MutantResult[] = [];
  const context: Context = {};
  let broke: Error | undefined;
  try {
    await taskList<Context>(
      [
        guardTask(inventory) as Task<Context>,
        { title: "Audit of what is there", task: () => mustBeClean(inventory) },
        {
          title: "Guard and observers",
          task: async (context) => {
            context.run = await openRun({ inventory, image: imageTag("guard"), folder, seed, trivet, commit, signal });
          },
        },
        ...chosen.map((mutant) => mutantTask(mutant, inventory, signal, done)),
      ],
      context,
    ).run();
  } catch (error) {
    broke = error as Error;
  }
  await context.run?.close();
  const state = broke || signal.aborted ? "aborted" : "complete";
  const ended = new Date().toISOString();
  const result: MutantsResult = {
    version: 1,
    environment,
    trivet,
    ...(commit && { commit }),
    seed,
    started,
    ended,
    state,
    mutants: done,
  };
  const path = await writeMutants(folder, result);
  console.log(`\n${table(columns, rows(done).map(short))}\n\n${summary(result)}\n\nReport: ${path}`);
  if (broke && !signal.aborted) console.error(`\nThe run broke: ${broke.message}`);
  process.exitCode = broke ? BROKE : done.every(({ found }) => found) ? FOUND_ALL : MISSED;
}

/** A mutant is no experiment that could be allowed by its name. @throws {UserError} where not everything may be broken */
function mustAllowAll({ environment, chaos }: Inventory): void {
  if (chaos.allowed === true) return;
  throw new UserError(
    `"${environment}" does not allow mutants: they misconfigure every service. Use a lab whose settings have "trivet:allowChaos: true".`,
  );
}

async function mustBeClean(inventory: Inventory): Promise<void> {
  const found = await audit(inventory);
  if (found.length === 0) return;
  throw new UserError(
    `"${inventory.environment}" is misconfigured to begin with:\n${found.map((finding) => `  ${findingText(finding)}. ${finding.mend}`).join("\n")}`,
  );
}

function mutantTask(mutant: Mutant, inventory: Inventory, signal: AbortSignal, done: MutantResult[]): Task<Context> {
  return {
    title: mutant.name,
    task: async ({ run }, task) => {
      const say = sayIn(task);
      const result = await tryMutant(mutant, {
        inventory,
        run: run!,
        signal,
        follow: ({ phase, detail }) => say(`${mutant.title}: ${phase} ${detail}`),
      });
      done.push(result);
      task.title = `${mutant.name}: ${result.sightings.map(({ by, found }) => `${found ? "found" : "NOT FOUND"} by ${by}`).join(", ")}`;
    },
  };
}

/** Characters of evidence that the terminal shows; the report has all. */
const SHOWN = 90;
const short = (cells: string[]) => cells.map((cell) => (cell.length > SHOWN ? `${cell.slice(0, SHOWN - 1)}…` : cell));

const listOf = (chosen: readonly Mutant[]) => ({
  mutants: chosen.map(({ name, title, foundBy }) => ({ name, title, foundBy })),
});

const listText = (chosen: readonly Mutant[]) =>
  table(
    ["MUTANT", "WHAT IS MISCONFIGURED", "FOUND BY"],
    chosen.map(({ name, title, foundBy: { rule, experiment } }) => [
      name,
      title,
      [rule && `audit: ${rule}`, experiment && `${experiment.name}: ${experiment.checkers.join(" or ")}`]
        .filter(Boolean)
        .join(", "),
    ]),
  );
