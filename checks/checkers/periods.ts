import type { Event } from "../history/events.ts";

/** A stretch of time, ms since 1970; both ends belong to it. */
export interface Period {
  from: number;
  to: number;
}

/** When each host was hurt by a fault: from the injection's beginning to the end of the healing (or of the history). */
export function hurtPeriods(events: readonly Event[]): Map<string, Period[]> {
  const hurt = new Map<string, Period[]>();
  for (const { hosts, begun, healed } of faultSpans(events)) {
    for (const host of hosts) hurt.set(host, [...(hurt.get(host) ?? []), { from: begun, to: healed }]);
  }
  for (const [host, periods] of hurt) hurt.set(host, union(periods));
  return hurt;
}

/** One fault as it happened. */
export interface FaultSpan {
  fault: string;
  hosts: string[];
  /** Injection begins. */
  begun: number;
  /** It is really there; absent when that was never verified. */
  injected?: number;
  /** Healing begins, and nothing of it is left; infinite when that never came. */
  heal: number;
  healed: number;
}

/** Each fault with its moments, in the order in which they began. */
export function faultSpans(events: readonly Event[]): FaultSpan[] {
  const spans: FaultSpan[] = [];
  const open = new Map<string, FaultSpan>();
  for (const event of events) {
    if (event.kind !== "fault") continue;
    const { fault, action, hosts, t } = event;
    let span = open.get(fault);
    if (!span && (action === "inject" || action === "injected")) {
      const never = Number.POSITIVE_INFINITY;
      span = { fault, hosts, begun: t, heal: never, healed: never };
      open.set(fault, span);
      spans.push(span);
    }
    if (!span) continue;
    if (action === "injected") span.injected ??= t;
    if (action === "heal") span.heal = Math.min(span.heal, t);
    if (action === "healed") {
      span.heal = Math.min(span.heal, t);
      span.healed = t;
      open.delete(fault);
    }
  }
  return spans;
}

/** Sorted, and joined where they touch. */
export function union(periods: readonly Period[]): Period[] {
  const joined: Period[] = [];
  for (const period of periods.toSorted((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last && period.from <= last.to) last.to = Math.max(last.to, period.to);
    else joined.push({ ...period });
  }
  return joined;
}

/** What belongs to both; each side sorted, without overlaps. */
export function intersection(a: readonly Period[], b: readonly Period[]): Period[] {
  const common: Period[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const from = Math.max(a[i]!.from, b[j]!.from);
    const to = Math.min(a[i]!.to, b[j]!.to);
    if (from <= to) common.push({ from, to });
    if (a[i]!.to < b[j]!.to) i++;
    else j++;
  }
  return common;
}

/** The longest of them. */
export const longest = (periods: readonly Period[]): Period | undefined =>
  periods.reduce<Period | undefined>(
    (most, period) => (most && length(most) >= length(period) ? most : period),
    undefined,
  );

export const length = ({ from, to }: Period): number => to - from;

/** Whether a stretch of time touches one of the periods, which may last for `grace` ms longer. */
export const touches = (periods: readonly Period[] | undefined, { from, to }: Period, grace = 0): boolean =>
  periods?.some((period) => from <= period.to + grace && to >= period.from) ?? false;

/** Successive items of which `holds` is true, as long as `same` is true of each and the one before. */
export function runs<T>(items: readonly T[], holds: (item: T) => boolean, same = (_a: T, _b: T) => true): T[][] {
  const found: T[][] = [];
  let run: T[] | undefined;
  for (const item of items) {
    if (!holds(item)) {
      run = undefined;
    } else if (run && same(run.at(-1)!, item)) {
      run.push(item);
    } else {
      run = [item];
      found.push(run);
    }
  }
  return found;
}

/**
 * When it certainly was so, by a run of looks: a look tells of some instant between its beginning and its end, so from the
 * first's end to the last's beginning. A run of one look is certain of no stretch of time.
 */
export const certain = (run: readonly { t: number; end: number }[]): Period | undefined => {
  const period = { from: run[0]!.end, to: run.at(-1)!.t };
  return run.length > 1 && period.from <= period.to ? period : undefined;
};
