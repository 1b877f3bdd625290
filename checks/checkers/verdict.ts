import type { Judgement } from "./checker.ts";

/** Lines of evidence that a report shows at most. */
const LINES = 20;

interface Found {
  /** What breaks the rule, a line each: any makes it fail. */
  violations: string[];
  /** What could not be seen, a line each: any makes it unknown where nothing failed. */
  unseen?: string[];
  /** In words, when it passes. */
  passed: string;
  /** In words, when it fails; the number of violations is put before it. */
  failed: string;
  figures?: Record<string, number>;
}

/** Fail beats unknown beats pass. */
export function verdict({ violations, unseen = [], passed, failed, figures }: Found): Judgement {
  const judged: Judgement = violations.length
    ? { outcome: "fail", summary: `${violations.length} × ${failed}: ${violations[0]}` }
    : unseen.length
      ? { outcome: "unknown", summary: `Can't be told: ${unseen[0]}` }
      : { outcome: "pass", summary: passed };
  if (figures) judged.figures = figures;
  const evidence = [...violations, ...unseen];
  if (evidence.length > LINES) evidence.splice(LINES - 1, Infinity, `… and ${evidence.length - LINES + 1} more`);
  if (evidence.length) judged.evidence = evidence;
  return judged;
}

/** There is nothing to judge: a checker never passes on nothing. */
export const nothing = (what: string): Judgement => ({
  outcome: "unknown",
  summary: `Nothing to judge: the history has no ${what}.`,
});

/** Says which nodes' final state is not known. */
export const notRead = (workload: string, nodes: readonly string[]): string[] =>
  nodes.map((node) => `the final ${workload} of ${node} was not read`);

/** Time of day in UTC, as a person finds it in logs: `12:30:01.250`. */
export const clock = (t: number): string => new Date(t).toISOString().slice(11, 23);

/** `2.35 s`. */
export const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
