import type { Event, Look } from "../history/events.ts";
import { certain, type Period, runs } from "./periods.ts";
import { groups, looks } from "./select.ts";

type DatabaseLook = Extract<Look, { what: "database" }>;

/** Galera's numbers for a node that is up to date, and for one that gives its data to another. */
export const SYNCED = 4;
const DONOR = 2;

export interface Fitness {
  host: string;
  /** When it certainly could not serve, and when it could, each in order. */
  unfit: Period[];
  fit: Period[];
}

/**
 * When each database node could serve, by the looks at it: Primary, Synced, ready, not read-only. A donor may serve and need not:
 * it is named while nobody is Synced. A look that got no answer counts as unfit, unless the node acknowledged an operation
 * meanwhile (then it was the look that was too slow). What lies between looks of the same result is taken to be so too; between
 * two of different results nothing is certain.
 */
export function fitness(events: readonly Event[]): Fitness[] {
  const served = acknowledgements(events);
  return groups(looks(events, "database"), ({ host }) => host).map(([host, seen]) => {
    const told = seen.filter((look) => !look.error || !servedDuring(served.get(host), look));
    return {
      host,
      unfit: periodsOf(runs(told, (look) => !serves(look, SYNCED) && !serves(look, DONOR))),
      fit: periodsOf(runs(told, (look) => serves(look, SYNCED))),
    };
  });
}

const serves = ({ error, status, state, ready, readOnly }: DatabaseLook, as: number): boolean =>
  !error && status === "Primary" && state === as && ready === true && readOnly !== true;

const periodsOf = (found: DatabaseLook[][]): Period[] => found.map(certain).filter((period) => period !== undefined);

/** When each node acknowledged something, in order. */
function acknowledgements(events: readonly Event[]): Map<string, number[]> {
  const ends = new Map<string, number[]>();
  for (const event of events) {
    if (event.kind !== "op" || event.outcome !== "ok" || !event.node) continue;
    const known = ends.get(event.node);
    if (known) known.push(event.end);
    else ends.set(event.node, [event.end]);
  }
  for (const times of ends.values()) times.sort((a, b) => a - b);
  return ends;
}

function servedDuring(times: readonly number[] = [], { t, end }: { t: number; end: number }): boolean {
  const last = lastUpTo(times, end);
  return last !== undefined && last >= t;
}

/** The largest of some sorted numbers that is not above `most`. */
export function lastUpTo(sorted: ArrayLike<number>, most: number): number | undefined {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= most) low = middle + 1;
    else high = middle;
  }
  return sorted[low - 1];
}
