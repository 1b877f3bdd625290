import type { Judgement } from "../checkers/checker.ts";

/** All that a report is made from; `run.json` in the folder of the run, beside one history (`<n>-<experiment>.jsonl`) each. */
export interface RunResult {
  version: 1;
  environment: string;
  trivet: string;
  /** The commit, when there is a git checkout. */
  commit?: string;
  seed: number;
  /** ISO 8601. */
  started: string;
  ended: string;
  /** `aborted`: by Ctrl-C, or broken on the way: what is here is what was done until then. */
  state: "complete" | "aborted";
  machine: { cores: number; memoryMiB: number; loadAtStart: number };
  budgets: Record<string, number>;
  experiments: ExperimentResult[];
  /** Experiments that the environment can't have, and why; absent in runs that an earlier version recorded. */
  leftOut?: { name: string; reason: string }[];
  /** Faults × services × levels that were tried or can't be, from the catalogue. */
  notApplicable: { fault: string; service: string; level: string; reason: string }[];
}

/** `broken`: the run itself failed (gate never held, fault not injected or not healed): that says nothing about the system. */
export type ExperimentVerdict = "pass" | "limit" | "unknown" | "fail" | "broken";

export interface ExperimentResult {
  name: string;
  title: string;
  verdict: ExperimentVerdict;
  /** Why it broke. */
  error?: string;
  /** Path of the history, relative to the folder of the run. */
  history: string;
  /** ms since 1970. */
  began: number;
  ended: number;
  phases: { phase: string; began: number; ended: number }[];
  faults: { id: string; name: string; hosts: string[]; injected: number; healed?: number }[];
  judgements: (Judgement & {
    checker: string;
    title: string;
    kind: "safety" | "time";
    limit?: string;
    /** It failed, on a machine too busy for its times to be held against the environment: so it is `unknown`. */
    excused?: boolean;
  })[];
  /** Stages of the outage end to end, ms each, where there was one: evict, check, name, resolve, reconnect, write, monitor, notify. */
  stages: { stage: string; ms: number; budget?: number }[];
  /** For the plots: one row per second of availability and latency (ms) of writes through the name. */
  seconds: { t: number; ok: number; fail: number; unknown: number; p50: number; p95: number; p99: number }[];
  totals: {
    writes: number;
    acknowledged: number;
    unknown: number;
    lost: number;
    faults: number;
    faultSeconds: number;
    longestGap: number;
  };
}
