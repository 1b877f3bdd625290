import { type Spread, spreadOf } from "./figures.ts";
import { type BenchResult, type CaseResult, isBroken, type RunFigures } from "./result.ts";

/** A table as text: its columns' names, and its rows. */
export interface TextTable {
  head: string[];
  rows: string[][];
}

const done = ({ runs }: CaseResult): RunFigures[] => runs.filter((run): run is RunFigures => !isBroken(run));

/**
 * Longest gap between acknowledged writes, in seconds as p50 / p99 / max, by what was done and who writes; and the longest of
 * any of them when what was lost comes back.
 */
export function gapTable({ results, names }: BenchResult): TextTable {
  const writer = names.writer ? [names.writer] : [];
  return {
    head: ["WHAT", "NODE", "PROFILE", "N", names.database, ...writer, "A SURVIVOR", "ITS RETURN", "GOAL", "LOST"],
    rows: results
      .filter(({ table }) => table === "gaps")
      .map((result) => {
        const runs = done(result);
        const named = spreadOf(runs.map(({ name }) => name));
        const through = spreadOf(runs.flatMap((run) => run.writer ?? []));
        const returning = spreadOf(runs.map((run) => run.returning));
        return [
          result.what,
          result.node,
          result.profile,
          counted(result),
          spread(named),
          ...(names.writer ? [spread(through)] : []),
          spread(spreadOf(runs.map(({ atSurvivor }) => atSurvivor))),
          spread(returning),
          // Meant for our own time-outs; the others are there to compare with.
          result.profile === "configured"
            ? judged(result.goal, named, through, ...(result.goalForReturn ? [returning] : []))
            : "",
          `${lost(runs)}`,
        ];
      }),
  };
}

/** What ends all writing, or takes long: in seconds as p50 / p99 / max. */
export function outageTable({ results }: BenchResult): TextTable {
  return {
    head: [
      "WHAT",
      "NODE",
      "N",
      "LONGEST GAP",
      "WRITES AGAIN AFTER",
      "GOAL",
      "LOST",
      "NEW VIEWS",
      "FAILED TWICE",
      "SEEN",
    ],
    rows: results
      .filter(({ table }) => table === "outages")
      .map((result) => {
        const runs = done(result);
        const back = spreadOf(runs.flatMap((run) => run.back ?? []));
        const most = (of: (run: RunFigures) => number) => (runs.length ? `${Math.max(...runs.map(of))}` : "");
        return [
          result.what,
          result.node,
          counted(result),
          spread(spreadOf(runs.map(({ name, returning }) => Math.max(name, returning)))),
          spread(back),
          judged(result.goal, back),
          `${lost(runs)}`,
          most(({ views }) => views),
          most(({ failedTwice }) => failedTwice),
          runs.flatMap(({ problems }) => problems)[0] ?? "nothing that must not be",
        ];
      }),
  };
}

/** How many runs count, and how many broke. */
const counted = (result: CaseResult) => {
  const broken = result.runs.length - done(result).length;
  return `${done(result).length}${broken ? ` (+${broken} broken)` : ""}`;
};

const seconds = (ms: number) => (Number.isFinite(ms) ? (ms / 1_000).toFixed(2) : "never");
const spread = (of: Spread | undefined) => (of ? [of.p50, of.p99, of.max].map(seconds).join(" / ") : "");
const lost = (runs: readonly RunFigures[]) => runs.reduce((sum, run) => sum + run.lost, 0);

/** A goal holds for each of the clients that it is meant for. */
function judged(goal: number | undefined, ...spreads: (Spread | undefined)[]): string {
  const measured = spreads.filter((one) => one !== undefined);
  if (goal === undefined || measured.length === 0) return "";
  const met = measured.every(({ p99 }) => p99 <= goal);
  return `p99 ≤ ${goal / 1_000}: ${met ? "met" : "missed"}`;
}

/** Both tables with how they came about, for the documentation. */
export function markdown(result: BenchResult): string {
  const { environment, began, machine, versions, clients, timeouts, seed, aborted } = result;
  const evs = Object.entries(timeouts).map(
    ([name, values]) =>
      `- \`${name}\`: ${Object.entries(values)
        .map(([key, value]) => `${key} ${value} s`)
        .join(", ")}`,
  );
  return [
    `# Galera of ${environment}${aborted ? " (ended early)" : ""}`,
    "",
    `${began}; ${machine.cores} cores, ${machine.memoryMiB} MiB, load ${machine.loadAtStart.toFixed(1)} at the start; MariaDB ${versions.mariadb}, Galera ${versions.galera}, Trivet ${versions.trivet}${versions.commit ? ` at ${versions.commit}` : ""}; seed ${seed}.`,
    "",
    howMeasured(clients),
    "",
    "EVS time-outs:",
    "",
    ...evs,
    "",
    ...[gapTable(result), outageTable(result)].filter(({ rows }) => rows.length).flatMap((each) => [table(each), ""]),
  ].join("\n");
}

/** What is to be known of the figures, in words. */
export const howMeasured = ({ interval, breath, connect, query }: BenchResult["clients"]): string =>
  `Times are seconds: p50 / p99 / max over the runs, p99 by nearest rank (of fewer than 100 runs it is the longest). What began ` +
  `after the healing is told as the return. A client inserts ` +
  `every ${interval} ms, one statement at a time in autocommit; it connects within ${connect} ms, waits ${query} ms for an answer, and tries again ${breath} ms after an error in a new session, through a new look-up of the name.`;

const table = ({ head, rows }: TextTable) =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.map(escaped).join(" | ")} |`).join("\n");
const escaped = (cell: string) => cell.replaceAll(/[\\|<>*_`[\]&]/g, "\\$&");
