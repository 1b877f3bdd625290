import type { Event, Look } from "../history/events.ts";
import type { Checker, Context } from "./checker.ts";
import { type Fitness, fitness } from "./fitness.ts";
import { type FaultSpan, faultSpans, hurtPeriods, type Period, touches } from "./periods.ts";
import { groups, looks } from "./select.ts";
import { clock, nothing, seconds, verdict } from "./verdict.ts";

type Asked = "name" | "writer-name";
export type NameLook = Extract<Look, { what: Asked }> & { answers: string[] };

/** An answer that had (or lacked) a node for longer than it may: `late` ms since the node was unfit (or fit). */
export interface Late {
  host: string;
  server: string;
  late: number;
  t: number;
}

/**
 * No DNS server names a node for long after it can't serve, and each names it again soon after it can.
 *
 * Never falsely: an answer counts only when it came while the node certainly was unfit (or fit) all the time since, measured from
 * the end of the first look that saw it so to the beginning of the question. A server that is itself hurt (one that lies, say)
 * is not counted. `back` is counted when no fault is there any more.
 */
export const nameUnfit: Checker = {
  name: "name-unfit",
  title: "The name does not point to an unfit node for longer than its budget, and to a fit one again within its own",
  kind: "time",
  judge(events, context) {
    const answers = trustedAnswers(events, "name", context);
    const nodes = fitness(events);
    if (answers.length === 0) return nothing("answer of a DNS server");
    if (nodes.length === 0) return nothing("look at a database");
    const faults = faultSpans(events);
    const { name, back } = context.budgets;
    const pointing = nodes.flatMap((node) => worst(stale(node, answers)));
    const missing = nodes.flatMap((node) => worst(absent(node, answers, faults)));
    const dropped = nodes.flatMap((node) => worst(left(node, answers, hurtPeriods(events).get(node.host), back)));
    const outages = nodes.reduce((sum, { unfit }) => sum + unfit.length, 0);
    const most = (found: Late[]) => Math.max(0, ...found.map(({ late }) => late));
    return verdict({
      violations: [
        ...pointing
          .filter(({ late }) => late > name)
          .map(
            (at) =>
              `${at.server} named ${at.host} ${seconds(at.late)} after it was unfit (${clock(at.t)}), budget ${seconds(name)}`,
          ),
        ...missing
          .filter(({ late }) => late > back)
          .map(
            (at) =>
              `${at.server} did not name ${at.host} ${seconds(at.late)} after it was fit (${clock(at.t)}), budget ${seconds(back)}`,
          ),
        ...dropped
          .filter(({ late }) => late > back)
          .map(
            (at) =>
              `${at.server} did not name ${at.host} for ${seconds(at.late)} (${clock(at.t)}) though it was fit and nothing was done to it, budget ${seconds(back)}`,
          ),
      ],
      passed: outages
        ? `Unfit nodes were in the name for at most ${seconds(most(pointing))}, fit ones missing for at most ${seconds(most(missing))}.`
        : `No outage: no node was seen unfit; fit ones were missing for at most ${seconds(most(dropped))}.`,
      failed: "the name was wrong for too long",
      figures: { outages, longestNamed: most(pointing), longestMissing: most([...missing, ...dropped]) },
    });
  },
};

/** Answers of servers that were not themselves hurt, nor until a moment ago. */
export function trustedAnswers(events: readonly Event[], asked: Asked, { budgets }: Context): NameLook[] {
  const hurt = hurtPeriods(events);
  return looks(events, asked).filter(
    (look): look is NameLook =>
      !look.error &&
      look.answers !== undefined &&
      !touches(hurt.get(look.server), { from: look.t, to: look.end }, budgets.back),
  );
}

/**
 * Answers that had the node while it was unfit. A host that comes back may be named again for a moment, until its agent has
 * asked the database: that counts from the last answer of that server without it.
 */
export function stale({ host, unfit }: Fitness, answers: readonly NameLook[]): Late[] {
  return groups(during(unfit, answers), ({ look }) => look.server).flatMap(([server, of]) => {
    let without = 0;
    return of.flatMap(({ look, period }) => {
      if (look.answers.includes(host))
        return [{ host, server, t: look.t, late: look.t - Math.max(period.from, without) }];
      without = look.end;
      return [];
    });
  });
}

/** Answers without the node while it was fit again, after it had been unfit. */
function absent({ host, fit, unfit }: Fitness, answers: readonly NameLook[], faults: readonly FaultSpan[]): Late[] {
  const again = fit.filter(({ from }) => unfit.some((outage) => outage.to <= from));
  return during(again, answers)
    .filter(({ look }) => !look.answers.includes(host))
    .filter(({ look }) => !faults.some(({ begun, healed }) => begun <= look.end && look.t <= healed))
    .map(({ look: { server, t }, period }) => {
      const healed = faults.filter((fault) => fault.healed <= t).map((fault) => fault.healed);
      return { host, server, t, late: t - Math.max(period.from, ...healed) };
    });
}

/**
 * Answers without a node that was fit all the time before, in which no fault hurt it nor had until a moment ago: something else took
 * it out. Counted from the last answer of that server with it.
 */
function left(
  { host, fit, unfit }: Fitness,
  answers: readonly NameLook[],
  hurt: readonly Period[] | undefined,
  grace: number,
): Late[] {
  const never = fit.filter(({ from }) => !unfit.some((outage) => outage.to <= from));
  const counted = during(never, answers).filter(({ look }) => !touches(hurt, { from: look.t, to: look.end }, grace));
  return groups(counted, ({ look }) => look.server).flatMap(([server, of]) => {
    let since: number | undefined;
    return of.flatMap(({ look, period }) => {
      if (look.answers.includes(host)) {
        since = look.end;
        return [];
      }
      since ??= Math.max(period.from, of[0]!.look.t);
      return [{ host, server, t: look.t, late: look.t - since }];
    });
  });
}

/** Answers that lie within one of the periods (sorted), with it. */
function during(periods: readonly Period[], answers: readonly NameLook[]): { look: NameLook; period: Period }[] {
  const found = [];
  let at = 0;
  for (const look of answers) {
    while (periods[at] && periods[at]!.to < look.t) at++;
    const period = periods[at];
    if (period && period.from <= look.t && look.end <= period.to) found.push({ look, period });
  }
  return found;
}

/** The worst of each server. */
export const worst = (found: Late[]): Late[] =>
  groups(found, ({ server }) => server).map(([, all]) => all.reduce((a, b) => (b.late > a.late ? b : a)));
