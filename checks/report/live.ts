import { count } from "./words.ts";

export interface Progress {
  experiment: string;
  /** The experiment's number, and of how many. */
  n: number;
  of: number;
  phase: string;
  /** What is waited for, or which faults are there. */
  detail?: string;
  elapsedSeconds: number;
  /** Operations of the experiment until now, by outcome. */
  ok: number;
  fail: number;
  unknown: number;
  /** A write through the name was acknowledged just now. */
  available: boolean;
}

/** Characters that a line may have: longer ones wrap in a common terminal. */
const WIDTH = 118;

/** One line about what an experiment is at: `3/40 fault 12 s, available, 1,204 ok, 3 failed, 1 unknown: kill galera on db1` */
export function liveLine(progress: Progress): string {
  const { n, of, phase, detail, elapsedSeconds, ok, fail, unknown, available } = progress;
  const before = `${n}/${of} ${phase} ${Math.round(elapsedSeconds)} s`;
  if (ok + fail + unknown === 0) return cut(`${before}${detail ? `: ${detail}` : ""}`);
  const line = [
    before,
    available ? "available" : "NOT AVAILABLE",
    `${count(ok)} ok`,
    `${count(fail)} failed`,
    `${count(unknown)} unknown`,
  ];
  return cut(`${line.join(", ")}${detail ? `: ${detail}` : ""}`);
}

function cut(line: string): string {
  const single = line.replaceAll(/\s+/g, " ");
  return single.length > WIDTH ? `${single.slice(0, WIDTH - 1)}…` : single;
}
