import type { Event } from "../history/events.ts";
import type { Checker } from "./checker.ts";
import { lastUpTo } from "./fitness.ts";
import { hurtPeriods, type Period, touches } from "./periods.ts";
import { looks } from "./select.ts";
import { clock, nothing, seconds, verdict } from "./verdict.ts";

/**
 * No monitored object goes unchecked. At the beginning of each answered look the newest check before it is what any master ever
 * told, then or later: a master that is cut off does not know of the other's checks. While the object's host is hurt nothing
 * is expected, and after it the time starts anew.
 */
export const checkedInTime: Checker = {
  name: "checked-in-time",
  title: "No monitored object is unchecked for longer than its interval and the budget",
  kind: "time",
  judge(events, context) {
    const { checks, asked } = collect(events);
    if (asked.size === 0) return nothing("monitored object");
    const hurt = hurtPeriods(events);
    const limit = context.checkInterval + context.budgets.monitor;
    const oldest = [...asked].map(([object, times]) =>
      worst(object, times, Float64Array.from(checks.get(object)!).sort(), hurt.get(object.split("!")[0]!) ?? []),
    );
    const most = oldest.reduce((a, b) => (b.age > a.age ? b : a));
    return verdict({
      violations: oldest
        .filter(({ age }) => age > limit)
        .map(({ object, age, t }) => `${object} unchecked for ${seconds(age)} at ${clock(t)}, limit ${seconds(limit)}`),
      passed: `${asked.size} objects: the oldest check was ${seconds(most.age)} old (${most.object}), limit ${seconds(limit)}.`,
      failed: "an object was unchecked for too long",
      figures: { objects: asked.size, oldest: most.age },
    });
  },
};

/** By object: all times of checks that were told, and when it was looked at. */
function collect(events: readonly Event[]): { checks: Map<string, Set<number>>; asked: Map<string, number[]> } {
  const checks = new Map<string, Set<number>>();
  const asked = new Map<string, number[]>();
  for (const look of looks(events, "icinga")) {
    if (look.error) continue;
    for (const [object, { checked }] of Object.entries(look.objects ?? {})) {
      if (!asked.has(object)) asked.set(object, []);
      if (!checks.has(object)) checks.set(object, new Set());
      asked.get(object)!.push(look.t);
      if (checked > 0) checks.get(object)!.add(checked);
    }
  }
  return { checks, asked };
}

interface Age {
  object: string;
  /** ms since the newest check. */
  age: number;
  t: number;
}

/** The greatest age that an object's newest check reached while its host was not hurt. */
function worst(object: string, times: readonly number[], checks: Float64Array, hurt: readonly Period[]): Age {
  const most: Age = { object, age: 0, t: times[0]! };
  for (const t of times) {
    if (touches(hurt, { from: t, to: t })) continue;
    // What was never checked is counted from the first look at it.
    const newest = lastUpTo(checks, t) ?? times[0]!;
    const healed = hurt.filter(({ to }) => to <= t).map(({ to }) => to);
    const age = t - Math.max(newest, ...healed);
    if (age > most.age) Object.assign(most, { age, t });
  }
  return most;
}
