import type { History } from "./history.ts";

const three = { nodes: 3, arbitrator: false };
const five = { nodes: 5, arbitrator: false };

/**
 * Histories that came upon something once, and are too rare for `npm test` to come upon again. Each says what it shows of the rule that
 * was mended, and a mutant without that rule (`mutants.ts`) holds it to that: what is drawn at random shifts with every other rule.
 */
export const written = {
  "a supervisor that is killed after its report, and starts again, waits for the others": {
    shape: three,
    seed: 203153055,
    faults: [
      { kind: "empty volume", on: 0, to: 0, at: 91, lasts: 1 },
      { kind: "kill database", on: 0, to: 0, at: 389, lasts: 1 },
      { kind: "kill supervisor", on: 0, to: 0, at: 393, lasts: 1 },
    ],
  },
  "the report of one that was evicted and lives waits for the others": {
    shape: three,
    seed: 926491296,
    faults: [
      { kind: "cut", on: 0, to: 0, at: 79, lasts: 75 },
      { kind: "slow disk", on: 0, to: 0, at: 112, lasts: 32 },
      { kind: "kill database", on: 0, to: 0, at: 155, lasts: 1 },
    ],
  },
  "a death that Consul did not take at once is told no more when the database may be starting again": {
    shape: three,
    seed: 0,
    faults: [
      { kind: "kill database", on: 0, to: 0, at: 177, lasts: 1 },
      { kind: "kill database", on: 1, to: 0, at: 390, lasts: 200 },
      { kind: "power", on: 0, to: 0, at: 391, lasts: 1 },
    ],
  },
  "a database that hangs between two of its answers is found to hang": {
    shape: five,
    seed: 944341186,
    faults: [
      { kind: "power", on: 2, to: 0, at: 148, lasts: 56 },
      { kind: "kill database", on: 3, to: 0, at: 183, lasts: 1 },
      { kind: "slow disk", on: 0, to: 0, at: 214, lasts: 53 },
      { kind: "kill database", on: 1, to: 0, at: 264, lasts: 1 },
    ],
  },
} as const satisfies Record<string, History>;
