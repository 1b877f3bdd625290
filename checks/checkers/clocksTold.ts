import type { Event, Look } from "../history/events.ts";
import type { Checker, Context } from "./checker.ts";
import { type FaultSpan, faultSpans, hurtPeriods, touches } from "./periods.ts";
import { looks } from "./select.ts";
import { clock, nothing, seconds, verdict } from "./verdict.ts";

type ClockLook = Extract<Look, { what: "clock" }> & { offset: number };

/** Milliseconds between two looks at all clocks, at most: beyond the budget of Consul's check. */
const EXTRA = 10_000;

/**
 * A wrong clock is told in time and keeps its node out of the name; all others are right.
 *
 * Faults named `clock…` make a clock wrong. Where such a fault was healed before the time was up, an untold clock is unknown. The
 * name counts from the end of the look that told it. A right clock may look wrong by half of what the look itself took.
 */
export const clocksTold: Checker = {
  name: "clocks-told",
  title: "A wrong clock is told in time and fenced out of the name, and no other clock is wrong",
  kind: "time",
  judge(events, context) {
    const clocks = looks(events, "clock").filter((look): look is ClockLook => !look.error && look.offset !== undefined);
    const faults = faultSpans(events).filter(({ fault }) => fault.startsWith("clock"));
    if (events.length === 0 || (faults.length > 0 && clocks.length === 0)) return nothing("look at a clock");
    if (clocks.length === 0) return { outcome: "pass", summary: "No clock was touched; they were not looked at." };
    const judged = faults.flatMap((fault) =>
      fault.hosts.map((host) => judgeFault(fault, host, clocks, events, context)),
    );
    const right = rightClocks(clocks, events, context);
    const figures = {
      looks: clocks.length,
      largestOffset: right.reduce((most, { offset }) => Math.max(most, Math.abs(offset)), 0),
    };
    return verdict({
      violations: [
        ...judged.flatMap(({ violations }) => violations),
        ...right
          .filter((look) => isWrong(look, context))
          .map(({ host, service, offset, t }) => `${host} (${service}) is off by ${offset} s at ${clock(t)}`),
      ],
      unseen: judged.flatMap(({ unseen }) => unseen),
      passed: `${faults.length ? `${faults.length} wrong clocks told in time; all` : "All"} others are within ${context.clock.warning} s.`,
      failed: "a clock is wrong or was not told",
      figures: { ...figures, ...slowestTold(judged) },
    });
  },
};

interface Judged {
  violations: string[];
  unseen: string[];
  /** ms from the injection to the look that told it. */
  told?: number;
}

function judgeFault(
  fault: FaultSpan,
  host: string,
  clocks: ClockLook[],
  events: readonly Event[],
  context: Context,
): Judged {
  const {
    budgets,
    clock: { critical },
  } = context;
  const injected = fault.injected ?? fault.begun;
  const limit = budgets.check + EXTRA;
  const during = clocks.filter((look) => look.host === host && look.end >= injected && look.t <= fault.heal);
  const wrong = during.find(({ offset }) => Math.abs(offset) > critical);
  if (!wrong || wrong.t > injected + limit) {
    const isLate = during.some(({ t }) => t > injected + limit);
    const untold = `${host} (${fault.fault}): no look told more than ${critical} s`;
    return isLate
      ? { violations: [`${untold} within ${seconds(limit)}`], unseen: [] }
      : { violations: [], unseen: [`${untold} before it was healed or looks ended`] };
  }
  const named = looks(events, "name").filter(
    ({ t, end, answers }) => t > wrong.end + budgets.name && end < fault.heal && answers?.includes(host),
  );
  return {
    violations: named
      .slice(0, 1)
      .map(({ server, t }) => `${host} (${fault.fault}): ${server} still named it at ${clock(t)}`),
    unseen: [],
    told: Math.max(0, wrong.end - injected),
  };
}

const slowestTold = (judged: Judged[]): { slowestTold?: number } => {
  const told = judged.flatMap(({ told }) => (told === undefined ? [] : [told]));
  return told.length ? { slowestTold: Math.max(...told) } : {};
};

/** Looks at clocks of hosts that no fault hurts, nor did until a moment ago. */
function rightClocks(clocks: ClockLook[], events: readonly Event[], { budgets }: Context): ClockLook[] {
  const hurt = hurtPeriods(events);
  return clocks.filter(({ host, t, end }) => !touches(hurt.get(host), { from: t, to: end }, budgets.back));
}

const isWrong = ({ offset, t, end }: ClockLook, { clock }: Context): boolean =>
  Math.abs(offset) - (end - t) / 2000 > clock.warning;
