import type { Inventory } from "../../core/inventory.ts";
import type { ClockLimits } from "../../health/clocks/index.ts";
import type { Event } from "../history/events.ts";

/** Fail beats unknown beats pass. */
export type Outcome = "pass" | "fail" | "unknown";

export interface Judgement {
  outcome: Outcome;
  /** One sentence with the figures that matter: what was seen, and for a failure what was expected. */
  summary: string;
  /** Counts and times (ms) by name, for the report and for totals. */
  figures?: Record<string, number>;
  /** A few lines of what it was seen by: ids, nodes, times. Twenty at most. */
  evidence?: string[];
}

/** All that a checker may know besides the history. */
export interface Context {
  /** Host names of the database's nodes, of the DNS servers and of all hosts by domain. */
  databases: string[];
  dnsServers: string[];
  domains: Record<string, string[]>;
  /** Budgets of the environment, in ms. */
  budgets: Budgets;
  /** Monitored objects that the experiment is expected to turn into a problem, and those that it may (all others: none). */
  expected: { must: string[]; may: string[] };
  /** How far a clock may be off, in seconds. */
  clock: ClockLimits;
  /** Milliseconds between two checks of Icinga. */
  checkInterval: number;
}

/** What the environment's settings allow, in ms; each is told in `stacks/settings/schema.ts`. */
export type Budgets = Inventory["chaos"]["budgets"];

/** A pure function over a history: the same history gives the same judgement. */
export interface Checker {
  /** kebab-case: `no-write-lost`. */
  name: string;
  /** What holds when it passes: "every acknowledged write is there exactly once on every node". */
  title: string;
  /** `time`: a figure against a budget; on an overloaded machine it says unknown rather than fail. */
  kind: "safety" | "time";
  judge(events: readonly Event[], context: Context): Judgement;
}
