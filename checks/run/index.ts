import { cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";
import type { Inventory } from "../../core/inventory.ts";
import type { Experiment, LeftOut } from "../experiments/index.ts";
import { notApplicable } from "../faults/index.ts";
import { type Guards, healLeftovers, openGuards } from "../guard/index.ts";
import { type Event, now } from "../history/events.ts";
import { type HistoryFile, openHistory } from "../history/file.ts";
import { startObservers } from "../observers/index.ts";
import type { ExperimentResult, RunResult } from "../report/run.ts";
import { type Ways, waysTo } from "../ways/index.ts";
import { mustBeAllowed } from "./allowed.ts";
import { performAudit } from "./audit.ts";
import { judge, type Live, perform } from "./experiment.ts";
import { Latest } from "./latest.ts";
import { isShared } from "./objects.ts";
import { mustReach } from "./reach.ts";
import { awaitSteady, undecided } from "./steady.ts";

export { mustBeAllowed } from "./allowed.ts";
export type { Live } from "./experiment.ts";

export interface RunOptions {
  inventory: Inventory;
  /** The image `guard`. */
  image: string;
  /** Folder of the run: histories and report. It is made. */
  folder: string;
  /** Experiments that were asked for and that the environment can't have. */
  leftOut?: LeftOut[];
  /** Repeats what is drawn by lot. */
  seed: number;
  /** Version of Trivet, and the commit where there is one. */
  trivet: string;
  commit?: string;
  /** Ends the run early: what is broken is healed at once. */
  signal: AbortSignal;
}

/** A run that is under way. */
export interface Run {
  /** What was done so far; `ended` and `state` are right once the run is closed. */
  result: RunResult;
  /** For what is to be so in several experiments: healed by hand, or when the run is closed. */
  guards: Guards;
  /** Judges the configuration that services really use, before anything is broken. */
  audit(): Promise<ExperimentResult>;
  /** Performs one more experiment and judges it. Rejects when aborted, or when a fault could not be healed. */
  perform(experiment: Experiment, follow?: (live: Live) => void): Promise<ExperimentResult>;
  /** Heals whatever is open and leaves nothing behind. Rejects when something would not heal: the guards go on without us. */
  close(): Promise<void>;
}

/** Milliseconds that Icinga and Consul may take to be seen at the beginning, and Icinga to make up its mind about every object. */
const FIRST_LOOKS = 180_000;

/** Opens a run on an environment that is up: guards in place, observers looking. */
export async function openRun(options: RunOptions): Promise<Run> {
  const { inventory, image, folder, seed, signal } = options;
  const latest = new Latest();
  let file: HistoryFile | undefined;
  const history = {
    add(event: Event) {
      latest.add(event);
      file?.add(event);
    },
  };
  const ways = waysTo(inventory, (host, text) => history.add({ kind: "way", t: now(), host, text }));
  const guards = await opened(async () => {
    await mustReach(inventory, ways);
    await healLeftovers(inventory, image);
    return openGuards(inventory, image);
  }, ways);
  const observers = await startObservers(inventory, history, { ways });
  const result = blank(options);
  let before: ReadonlySet<string> | undefined;
  let performed = 0;

  return {
    result,
    guards,
    async audit() {
      const file = "00-audit.jsonl";
      const judged = await performAudit(inventory, { file, path: join(folder, file) });
      result.experiments.push(judged);
      return judged;
    },
    async perform(experiment, follow = () => {}) {
      mustBeAllowed(inventory, [experiment]);
      const name = `${String(++performed).padStart(2, "0")}-${experiment.name}.jsonl`;
      before ??= await problemsBefore(inventory, latest, signal);
      const known = (object: string) => isShared(object) || before!.has(object);
      const path = join(folder, name);
      const own = await openHistory(path);
      file = own;
      const done = await perform(experiment, {
        inventory,
        guards,
        ways,
        history,
        latest,
        seed,
        known,
        signal,
        follow,
      }).finally(() => {
        // Observers go on looking: from here on for the next experiment.
        file = undefined;
        return own.close();
      });
      const judged = await judge(experiment, done, { inventory, file: name, path });
      result.experiments.push(judged);
      return judged;
    },
    async close() {
      await observers.stop();
      await ways.close();
      await guards.close().finally(() => {
        result.ended = new Date().toISOString();
        result.state = signal.aborted ? "aborted" : "complete";
      });
    },
  };
}

/** Leaves no ways behind where nothing comes of the run. */
async function opened<T>(open: () => Promise<T>, ways: Ways): Promise<T> {
  try {
    return await open();
  } catch (error) {
    await ways.close();
    throw error;
  }
}

/** Problems that Icinga has before anything was done: somebody's own, and what is critical on purpose. */
async function problemsBefore(inventory: Inventory, latest: Latest, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const wrong = await awaitSteady(inventory, { latest, against: undecided, patience: FIRST_LOOKS, signal });
  if (wrong.length > 0) throw new Error(`The environment is not steady to begin with: ${wrong.join("; ")}`);
  return new Set(latest.problems());
}

function blank({ inventory, seed, trivet, commit, leftOut = [] }: RunOptions): RunResult {
  const started = new Date().toISOString();
  return {
    version: 1,
    environment: inventory.environment,
    trivet,
    ...(commit && { commit }),
    seed,
    started,
    ended: started,
    state: "aborted",
    machine: { cores: cpus().length, memoryMiB: Math.round(totalmem() / 2 ** 20), loadAtStart: loadavg()[0]! },
    budgets: inventory.chaos.budgets,
    experiments: [],
    ...(leftOut.length > 0 && { leftOut }),
    notApplicable: notApplicable(inventory),
  };
}
