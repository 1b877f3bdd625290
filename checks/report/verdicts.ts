import type { ExperimentResult, ExperimentVerdict, RunResult } from "./run.ts";

/** From the worst to the best, each with what it means. */
export const verdicts: Record<ExperimentVerdict, { sign: string; meaning: string }> = {
  fail: { sign: "✕", meaning: "an invariant or a budget did not hold" },
  broken: { sign: "!", meaning: "the run itself broke: that says nothing about the system" },
  unknown: { sign: "?", meaning: "what was seen does not decide it" },
  limit: { sign: "◐", meaning: "it failed as a named limit of the product says it must" },
  pass: { sign: "✓", meaning: "everything held" },
};

export const worstFirst = Object.keys(verdicts) as ExperimentVerdict[];
/** In the order that people expect a legend or a count in. */
export const bestFirst: readonly ExperimentVerdict[] = ["pass", "limit", "unknown", "fail", "broken"];

type Judged = ExperimentResult["judgements"][number];

/** The word for one judgement: a failure that a named limit explains is a `limit`. */
export const wordOf = ({ outcome, limit }: Judged): ExperimentVerdict =>
  outcome === "fail" && limit !== undefined ? "limit" : outcome;

/** The worst verdict of a run. One that was aborted, or that judged nothing, is broken unless something failed before. */
export function verdictOfRun({ experiments, state }: RunResult): ExperimentVerdict {
  const words = experiments.map(({ verdict }) => verdict);
  if (state === "aborted" || words.length === 0) words.push("broken");
  return worstFirst.find((word) => words.includes(word))!;
}

/**
 * 1: the system failed, or its safety could not be decided; 3: nothing failed, but the run broke; 0: all passed or met a named
 * limit, except for times that an overloaded machine left undecided.
 */
export function exitCodeOf(result: RunResult): 0 | 1 | 3 {
  const verdict = verdictOfRun(result);
  if (verdict === "fail") return 1;
  if (verdict === "broken") return 3;
  return result.experiments.some(isSafetyUnknown) ? 1 : 0;
}

function isSafetyUnknown({ verdict, judgements }: ExperimentResult): boolean {
  if (verdict !== "unknown") return false;
  const undecided = judgements.filter(({ outcome }) => outcome === "unknown");
  return undecided.length === 0 || undecided.some(({ kind }) => kind === "safety");
}
