import { medianSorted } from "simple-statistics";
import { gaps } from "../../checkers/figures.ts";
import { length } from "../../checkers/periods.ts";
import { largest, looks, operations } from "../../checkers/select.ts";
import type { Event } from "../../history/events.ts";

/**
 * Milliseconds of a client's longest time without an acknowledged write: of those that ended after the first fault began and
 * began before anything was healed (`loss`), infinite when there is none; and of those that began later, when what was lost
 * comes back (`return`), 0 when there is none.
 */
export function longestGapsOf(events: readonly Event[], client: string): { loss: number; return: number } {
  const begun = firstMoment(events, "inject");
  const healing = findMoment(events, "heal") ?? Number.POSITIVE_INFINITY;
  const after = gaps(events, (op) => op.client === client).filter(({ to }) => to >= begun);
  const [loss, later] = [after.filter(({ from }) => from < healing), after.filter(({ from }) => from >= healing)];
  return {
    loss: loss.length === 0 ? Number.POSITIVE_INFINITY : largest(loss.map(length)),
    return: later.length === 0 ? 0 : largest(later.map(length)),
  };
}

/**
 * Milliseconds from the beginning of the healing (power is back, nodes are started) to the first write that was begun since and
 * acknowledged; infinite when none was.
 */
export function untilWrites(events: readonly Event[], client: string): number {
  const healing = firstMoment(events, "heal");
  const ends = operations(events, "ledger", "insert")
    .filter((op) => op.client === client && op.outcome === "ok" && op.t >= healing)
    .map(({ end }) => -end);
  return ends.length === 0 ? Number.POSITIVE_INFINITY : -largest(ends) - healing;
}

function firstMoment(events: readonly Event[], action: "inject" | "heal"): number {
  const moment = findMoment(events, action);
  if (moment === undefined) throw new Error(`the history has no fault with "${action}"`);
  return moment;
}

const findMoment = (events: readonly Event[], action: "inject" | "heal"): number | undefined =>
  events.find((event) => event.kind === "fault" && event.action === action)?.t;

/** How often an application that tries once more would have failed: inserts of a client that failed twice in succession. */
export function failedTwice(events: readonly Event[], client: string): number {
  let [twice, before] = [0, true];
  for (const { outcome } of operations(events, "ledger", "insert").filter((op) => op.client === client)) {
    const ok = outcome === "ok";
    if (!ok && !before) twice++;
    // The second attempt was the last one: what comes next is another transaction.
    before = ok || !before;
  }
  return twice;
}

/** WSREP has not yet prepared node for application use. */
const NOT_READY = / 1047:/;

/** What tells that one of these nodes was not in the primary component, a line each: its own word, or its answer to a client. */
export function notPrimary(events: readonly Event[], hosts: readonly string[]): string[] {
  const told = looks(events, "database")
    .filter(({ host, status }) => hosts.includes(host) && status !== undefined && status !== "Primary")
    .map(({ host, status }) => `${host} was ${status}`);
  const answered = operations(events, "ledger", "insert")
    .filter(({ node, error }) => node !== undefined && hosts.includes(node) && NOT_READY.test(error ?? ""))
    .map(({ node }) => `${node} answered that it is not ready`);
  return [...new Set([...told, ...answered])];
}

/** How many views these nodes came to while they were looked at; the most of any. */
export function viewChanges(events: readonly Event[], hosts: readonly string[]): number {
  const seen = looks(events, "database").filter(({ host }) => hosts.includes(host));
  const changes = hosts.map((host) => {
    const views = seen.flatMap((look) => (look.host === host && look.view !== undefined ? [look.view] : []));
    return views.length === 0 ? 0 : views.at(-1)! - views[0]!;
  });
  return Math.max(0, ...changes);
}

/** What is told of several runs, in ms. */
export interface Spread {
  n: number;
  p50: number;
  p99: number;
  max: number;
}

/**
 * Median and longest; p99 by nearest rank, so of fewer than a hundred values it is the longest: nothing that was not seen is
 * told. Undefined of none.
 */
export function spreadOf(values: readonly number[]): Spread | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const p99 = sorted[Math.ceil(sorted.length * 0.99) - 1]!;
  return { n: sorted.length, p50: medianSorted(sorted), p99, max: sorted.at(-1)! };
}
