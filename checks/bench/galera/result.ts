import type { Evs, ProfileName } from "./profiles.ts";

/** One run of one case. Times in ms. */
export interface RunFigures {
  /** Its history, in the folder of the results. */
  history: string;
  written: string;
  hurt: string;
  survivor: string;
  /**
   * Longest time without an acknowledged write that began before the healing: through the database's name, through the
   * writer's, at the survivor.
   */
  name: number;
  writer?: number;
  atSurvivor: number;
  /** The longest of any of them that began later: what was lost comes back. */
  returning: number;
  /** From the beginning of the healing to the first write through the name; of what ends all writing. */
  back?: number;
  acknowledged: number;
  lost: number;
  /** Views that the survivors came to. */
  views: number;
  /** Inserts through the name that a client which tries once more would have had to give up. */
  failedTwice: number;
  /** What must never be: a write that is lost or could not be looked for, a survivor that was not Primary. */
  problems: string[];
  /** The machine's load by core at its end. */
  load: number;
}

/** A run that broke says nothing about the database. */
export interface BrokenRun {
  error: string;
}

export interface CaseResult {
  name: string;
  what: string;
  node: string;
  table: "gaps" | "outages";
  profile: ProfileName;
  goal?: number;
  /** The goal is one for its return, too. */
  goalForReturn?: true;
  runs: (RunFigures | BrokenRun)[];
}

export const isBroken = (run: RunFigures | BrokenRun): run is BrokenRun => "error" in run;

/** All of a bench, as `results.json` has it. */
export interface BenchResult {
  version: 1;
  environment: string;
  began: string;
  ended: string;
  /** Ended before all was measured. */
  aborted: boolean;
  seed: number;
  machine: { cores: number; memoryMiB: number; kernel: string; loadAtStart: number };
  versions: { trivet: string; commit?: string; mariadb: string; galera: string; node: string };
  /** ms: between a client's inserts, after a failed one, to connect, for an answer. */
  clients: { interval: number; breath: number; connect: number; query: number };
  names: { database: string; writer?: string };
  /** Seconds. */
  timeouts: Record<"configured" | "default", Evs>;
  results: CaseResult[];
}
