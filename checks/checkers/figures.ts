import { quantileSorted } from "simple-statistics";
import type { Event, Operation } from "../history/events.ts";
import type { ExperimentResult } from "../report/run.ts";
import { acknowledgedWrites } from "./noWriteLost.ts";
import { faultSpans, length, type Period, union } from "./periods.ts";
import { isByName, largest, operations } from "./select.ts";

const SECOND = 1000;

/** What an experiment adds to the run's totals: counts, `faultSeconds` (faults at once count once), `longestGap` in ms. */
export function totals(events: readonly Event[]): ExperimentResult["totals"] {
  const writes = events.filter((event) => event.kind === "op" && event.op !== "total" && event.op !== "reread");
  const spans = faultSpans(events).filter(({ injected }) => injected !== undefined);
  const end = largest(events.map(({ t }) => t));
  const broken = union(
    spans.map(({ injected, begun, healed }) => ({ from: injected ?? begun, to: Math.min(healed, end) })),
  );
  const gap = longestGap(events);
  return {
    writes: writes.length,
    acknowledged: writes.filter((op) => op.kind === "op" && op.outcome === "ok").length,
    unknown: writes.filter((op) => op.kind === "op" && op.outcome === "unknown").length,
    lost: lost(events),
    faults: spans.length,
    faultSeconds: broken.reduce((sum, period) => sum + length(period), 0) / SECOND,
    longestGap: gap ? length(gap) : 0,
  };
}

/** How many acknowledged ledger inserts and transfers at least one node does not hold at last. */
function lost(events: readonly Event[]): number {
  let missing = 0;
  for (const { workload, written } of acknowledgedWrites(events)) {
    const held = events
      .filter((event) => event.kind === "final" && event.workload === workload && !("error" in event))
      .map((event) => new Set((event as unknown as { ids: number[] }).ids));
    missing += new Set(written.filter((id) => held.some((ids) => !ids.has(id)))).size;
  }
  return missing;
}

/**
 * The longest time in which no ledger write through the name was acknowledged: between two acknowledgements, before the first
 * or after the last. Exact as clients saw it. Undefined without such writes.
 */
export function longestGap(events: readonly Event[]): Period | undefined {
  return gaps(events).reduce<Period | undefined>(
    (most, gap) => (most && length(most) >= length(gap) ? most : gap),
    undefined,
  );
}

/** All times between acknowledgements of ledger writes through the name, or of those that `counts` tells, in order. */
export function gaps(events: readonly Event[], counts: (op: Operation) => boolean = isByName): Period[] {
  const ops = operations(events, "ledger", "insert").filter(counts);
  if (ops.length === 0) return [];
  const acknowledged = ops.filter(({ outcome }) => outcome === "ok").map(({ end }) => end);
  const begun = -largest(ops.map(({ t }) => -t));
  const moments = [begun, ...acknowledged.sort((a, b) => a - b), largest(ops.map(({ end }) => end))];
  return moments.slice(1).map((to, at) => ({ from: moments[at]!, to }));
}

/**
 * One row per second of ledger writes through the name, seconds without any included: outcomes by the time of the answer, and
 * quantiles of the acknowledged ones' latency in ms (0 where none was acknowledged). `t`: the second's beginning.
 */
export function perSecond(events: readonly Event[]): ExperimentResult["seconds"] {
  const ops = operations(events, "ledger", "insert").filter(isByName);
  if (ops.length === 0) return [];
  const bySecond = Map.groupBy(ops, ({ end }) => Math.floor(end / SECOND));
  const first = -largest([...bySecond.keys()].map((second) => -second));
  const last = largest(bySecond.keys());
  return Array.from({ length: last - first + 1 }, (_, at) => row(first + at, bySecond.get(first + at) ?? []));
}

function row(
  second: number,
  ops: readonly { t: number; end: number; outcome: string }[],
): ExperimentResult["seconds"][number] {
  const count = (wanted: string) => ops.filter(({ outcome }) => outcome === wanted).length;
  const latencies = ops
    .filter(({ outcome }) => outcome === "ok")
    .map(({ t, end }) => end - t)
    .sort((a, b) => a - b);
  const at = (p: number) => (latencies.length ? quantileSorted(latencies, p) : 0);
  return {
    t: second * SECOND,
    ok: count("ok"),
    fail: count("fail"),
    unknown: count("unknown"),
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
  };
}
