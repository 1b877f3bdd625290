import type { ExperimentResult } from "../run.ts";

type Second = ExperimentResult["seconds"][number];

/** Points in time that a plot has at most: more can't be told apart, and make the file large. */
const POINTS = 300;

/** Seconds that one point of the plots stands for. */
export const largestBin = (seconds: readonly Second[]): number => Math.max(1, Math.ceil(seconds.length / POINTS));

/** As many rows as a plot can show: outcomes as means per second, latencies as the worst of the second that each stands for. */
export function bins(seconds: readonly Second[]): Second[] {
  const size = largestBin(seconds);
  return Array.from({ length: Math.ceil(seconds.length / size) }, (_, n) =>
    merged(seconds.slice(n * size, (n + 1) * size)),
  );
}

function merged(rows: readonly Second[]): Second {
  const mean = (name: keyof Second) => rows.reduce((sum, row) => sum + row[name], 0) / rows.length;
  const worst = (name: keyof Second) => Math.max(...rows.map((row) => row[name]));
  return {
    t: rows[0]!.t,
    ok: mean("ok"),
    fail: mean("fail"),
    unknown: mean("unknown"),
    p50: worst("p50"),
    p95: worst("p95"),
    p99: worst("p99"),
  };
}
