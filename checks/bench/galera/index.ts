import { mkdir } from "node:fs/promises";
import { cpus, loadavg, release, totalmem } from "node:os";
import { join } from "node:path";
import { galera } from "../../../components/galera/facts.ts";
import { type Inventory, servicesOf } from "../../../core/inventory.ts";
import { replaceFile } from "../../../core/replaceFile.ts";
import { exec } from "../../../hosts/exec.ts";
import type { Fault } from "../../faults/index.ts";
import { type Guards, openGuards } from "../../guard/index.ts";
import type { Event } from "../../history/events.ts";
import { type HistoryFile, openHistory } from "../../history/file.ts";
import { startObservers } from "../../observers/index.ts";
import { mustBeAllowed } from "../../run/allowed.ts";
import { randomOf, seedOf } from "../../run/random.ts";
import { type Case, choose, type Hands } from "./cases.ts";
import { BREATH, INTERVAL, timeouts } from "./clients.ts";
import {
  chooseProfiles,
  type Evs,
  evsFaults,
  galeraDefaults,
  type ProfileName,
  profiles,
  readEvs,
  supervisorFaults,
} from "./profiles.ts";
import type { BenchResult, BrokenRun, CaseResult, RunFigures } from "./result.ts";
import { judge, perform } from "./run.ts";
import { sceneOf } from "./scene.ts";
import { Seen } from "./seen.ts";
import { awaitDatabase } from "./steady.ts";
import { markdown } from "./tables.ts";

export { spreadOf } from "./figures.ts";
export { type BenchResult, type CaseResult, isBroken } from "./result.ts";
export { gapTable, howMeasured, outageTable } from "./tables.ts";
export type { Case, ProfileName };
export { choose, chooseProfiles };

export interface BenchOptions {
  inventory: Inventory;
  /** The image `guard`. */
  image: string;
  /** Folder of results and histories. It is made. */
  folder: string;
  seed: number;
  trivet: string;
  commit?: string;
  /** Minutes for which a node is starved. */
  minutes: number;
  /** Restarts every database node as the product does it. */
  restartAll?: () => Promise<void>;
  /** Ends it early: what is broken is healed at once. */
  signal: AbortSignal;
}

/** A bench that is under way. */
export interface Bench {
  /** What was measured so far. */
  result: BenchResult;
  /**
   * Measures one case with one profile, so many runs. A run that breaks is told among the others. Rejects when aborted, when
   * something could not be healed, or when the database was not well for three minutes.
   */
  measure(one: Case, profile: ProfileName, runs: number, say: (what: string) => void): Promise<CaseResult>;
  /** Heals whatever is open, puts the time-outs back, leaves nothing behind and writes the results. */
  close(): Promise<void>;
}

/** Refuses cases that the environment's settings don't allow. @throws {UserError} */
export const mustAllow = (inventory: Inventory, cases: readonly Case[]): void =>
  mustBeAllowed(
    inventory,
    [...new Set(cases.map(({ experiment }) => experiment))].map((name) => ({ name })),
  );

/** Runs of a case, and about how many seconds they take. */
export const runsOf = (one: Case, runs: number | undefined): number =>
  one.name === "starved" ? 1 : (runs ?? one.runs);
export function secondsOf(one: Case, profile: ProfileName, runs: number, minutes: number): number {
  const preparing = one.prepared ? 60 : 0;
  const holding = one.name === "starved" ? minutes * 60 : 0;
  const detecting = profiles[profile].timeouts === "default" ? galeraDefaults.suspect_timeout : 0;
  return preparing + (one.seconds + detecting + holding) * runs;
}

/** Opens a bench on an environment that is up. @throws {UserError} when another run is at work there */
export async function openBench(options: BenchOptions): Promise<Bench> {
  const { inventory, image, folder, seed, signal, minutes, restartAll } = options;
  // An environment that was brought up by an earlier version has none.
  const writerName: string | undefined = inventory.database.writerName;
  await mkdir(folder, { recursive: true });
  const guards = await openGuards(inventory, image);
  try {
    const before = await readEvs(inventory);
    const seen = new Seen();
    let file: HistoryFile | undefined;
    const history = {
      add(event: Event) {
        seen.add(event);
        file?.add(event);
      },
    };
    const result = await blank(options, writerName, before);
    const observers = await startObservers(inventory, history, { only: ["database"] });
    const standing = standingOn(inventory, guards, result.timeouts);
    let performed = 0;

    const performRun = async (one: Case, profile: ProfileName, n: number, say: (what: string) => void) => {
      const writer = profiles[profile].supervised ? writerName : undefined;
      const steady = () => awaitDatabase(inventory, { writer, seen, signal, say });
      await standing.apply(profile);
      await steady();
      const random = randomOf(seedOf(seed, `${one.name} ${n}`));
      const hurts = one.node === "written to" ? "written" : "other";
      const scene = await sceneOf(inventory, { writer, hurts, random, signal });
      const name = `${String(++performed).padStart(3, "0")}-${one.name}-${profile}.jsonl`;
      const path = join(folder, name);
      const own = await openHistory(path);
      file = own;
      const hands: Hands = { inventory, guards, history, seen, signal, steady, minutes, restartAll };
      say(`${scene.written.name} is written to${one.node === "another" ? `, ${scene.hurt.name} is hurt` : ""}`);
      try {
        await perform(one, scene, hands);
      } finally {
        file = undefined;
        await own.close();
      }
      return judge(one, scene, { inventory, file: name, path });
    };

    return {
      result,
      async measure(one, profile, runs, say) {
        const { name, what, node, table, goal, goalForReturn } = one;
        const goals = { ...(goal && { goal }), ...(goalForReturn && { goalForReturn }) };
        const measured: CaseResult = { name, what, node, table, profile, ...goals, runs: [] };
        result.results.push(measured);
        const prepared = one.prepared?.(inventory) ?? [];
        try {
          if (prepared.length) say("makes the nodes ready for it");
          for (const fault of prepared) await guards.prepare(fault);
          for (let n = 1; n <= runs; n++) {
            const told = (text: string) => say(`${n} of ${runs}: ${text}`);
            await awaitDatabase(inventory, { seen, signal, say: told });
            measured.runs.push(await orBroken(() => performRun(one, profile, n, told), signal));
            await write(folder, result);
          }
        } finally {
          for (const fault of prepared) await guards.restore(fault);
        }
        return measured;
      },
      async close() {
        await observers.stop();
        await standing.putBack();
        await guards.close();
        result.ended = new Date().toISOString();
        result.aborted = signal.aborted;
        await write(folder, result);
      },
    };
  } catch (error) {
    await guards.close();
    throw error;
  }
}

/** The run itself broke: the next one waits until the database is well. Aborted is aborted. */
async function orBroken(work: () => Promise<RunFigures>, signal: AbortSignal): Promise<RunFigures | BrokenRun> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    return { error: (error as Error).message };
  }
}

/** By which profile the nodes stand; the guard has on record how the configured one is put back. */
function standingOn(inventory: Inventory, guards: Guards, { configured, default: own }: BenchResult["timeouts"]) {
  const timeouts = evsFaults(inventory, own, configured);
  const supervisors = supervisorFaults(inventory);
  const be = async (faults: Fault[], so: boolean) => {
    for (const fault of faults) await (so ? guards.inject(fault) : guards.heal(fault));
  };
  const apply = async (profile: ProfileName) => {
    await be(timeouts, profiles[profile].timeouts === "default");
    await be(supervisors, !profiles[profile].supervised);
  };
  return { apply, putBack: () => apply("configured") };
}

async function blank(
  { inventory, seed, trivet, commit }: BenchOptions,
  writer: string | undefined,
  configured: Evs,
): Promise<BenchResult> {
  const began = new Date().toISOString();
  const { name } = inventory.database;
  return {
    version: 1,
    environment: inventory.environment,
    began,
    ended: began,
    aborted: true,
    seed,
    machine: {
      cores: cpus().length,
      memoryMiB: Math.round(totalmem() / 2 ** 20),
      kernel: release(),
      loadAtStart: loadavg()[0]!,
    },
    versions: { trivet, ...(commit && { commit }), ...(await databaseVersions(inventory)), node: process.version },
    clients: { interval: INTERVAL, breath: BREATH, ...timeouts },
    names: { database: name, ...(writer && { writer }) },
    timeouts: { configured, default: { ...configured, ...galeraDefaults } },
    results: [],
  };
}

/** What the first node says of itself. */
async function databaseVersions(inventory: Inventory): Promise<{ mariadb: string; galera: string }> {
  const question =
    "SELECT @@version, (SELECT variable_value FROM information_schema.global_status WHERE variable_name = 'wsrep_provider_version')";
  const command = `mariadb --socket=/run/mysqld/mysqld.sock --user=root --skip-column-names --batch --execute`.split(
    " ",
  );
  const { stdout } = await exec(servicesOf(inventory, galera.name)[0]!, [...command, question], 5_000);
  const [mariadb = "", library = ""] = stdout.trim().split("\t");
  return { mariadb, galera: library };
}

async function write(folder: string, result: BenchResult): Promise<void> {
  await replaceFile(join(folder, "results.json"), `${JSON.stringify(result, null, 2)}\n`);
  await replaceFile(join(folder, "table.md"), markdown(result));
}
