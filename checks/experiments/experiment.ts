import type { ServiceName } from "../../components/services.ts";
import type { Inventory } from "../../core/inventory.ts";
import type { FaultSpec } from "../faults/fault.ts";

/**
 * One experiment: steady-state gate, workload with faults, heal, settle, judge. What it breaks may depend on what the
 * environment has and on who leads at that moment.
 */
export interface Experiment<Name extends string = string> {
  /** kebab-case, unique: `database-kill`. */
  name: Name;
  /** What is broken, in a sentence for people who have to decide something. */
  title: string;
  /** Services without which it is no experiment: an environment that lacks one leaves it out, and says so. */
  needs?: ServiceName[];
  /** Why it is for a lab only. */
  notOnRealHosts?: string;
  /** Faults injected one after the other at once; they are healed together. */
  faults(scene: Scene): FaultSpec[];
  /** Seconds that the faults stay. */
  hold: number;
  /** In the short set that belongs to `npm test`. */
  quick?: true;
  /** `safety`: times are shown, not judged (all nodes are down: no budget is meant for that). */
  judge?: "safety";
  /** Monitored objects that must raise exactly one problem and one recovery, beyond those of dead hosts (which may). */
  raises?(scene: Scene): string[];
  /** A limit of the product that makes a named checker fail here: the verdict is `limit`, with this explanation. */
  limits?: Record<string, string>;
}

/** Experiments as rows, each under its name; they run in this order. */
export const table = <Name extends string>(rows: Record<Name, Omit<Experiment, "name">>): Experiment<Name>[] =>
  (Object.keys(rows) as Name[]).map((name) => ({ name, ...rows[name] }));

/** An experiment that an environment can't have. */
export interface LeftOut {
  name: string;
  reason: string;
}

/** What an experiment may look at to choose its targets. */
export interface Scene {
  inventory: Inventory;
  /** Consul's present leader, the Icinga DB that writes, the database node that the client by name writes to (host names). */
  leader: string;
  writer: string;
  written: string;
  /** Seeded: the same seed gives the same numbers, 0 ≤ n < 1. */
  random(): number;
}
