import type { Event, FinalRead, Look, Operation } from "../history/events.ts";

type Of<W, Key extends string, Value> = W extends Record<Key, infer V> ? (Value extends V ? W : never) : never;

/** Operations of one workload and kind. */
export function operations<W extends Operation["workload"], O extends Operation["op"]>(
  events: readonly Event[],
  workload: W,
  op: O,
): Of<Of<Operation, "workload", W>, "op", O>[] {
  return events.filter(
    (event): event is never => event.kind === "op" && event.workload === workload && event.op === op,
  ) as never;
}

/** Looks of one kind, in the order of their beginnings. */
export function looks<W extends Look["what"]>(events: readonly Event[], what: W): Of<Look, "what", W>[] {
  const found = events.filter((event): event is Look => event.kind === "look" && event.what === what);
  return found.sort((a, b) => a.t - b.t) as never;
}

/** What was done through the DNS name, as an application does it, rather than pinned to a node. */
export const isByName = ({ client }: Operation): boolean => client.startsWith("name-");

/** What the nodes hold at last: the latest readable final read of each node. */
export type Final<W extends FinalRead["workload"]> = Exclude<
  Extract<FinalRead, { workload: W }>,
  { error: string; workload: string }
>;

/** Final reads of a workload by node, and the nodes whose read is missing or went wrong. */
export function finals<W extends "ledger" | "bank" | "counter" | "lost-update">(
  events: readonly Event[],
  workload: W,
  nodes: readonly string[],
): { read: Map<string, Final<W>>; unread: string[] } {
  const read = new Map<string, Final<W>>();
  for (const event of events) {
    if (event.kind === "final" && event.workload === workload && !("error" in event)) {
      read.set(event.node, event as never);
    }
  }
  return { read, unread: nodes.filter((node) => !read.has(node)) };
}

/** Groups in the order in which their keys first appear. */
export const groups = <T>(items: readonly T[], key: (item: T) => string): [string, T[]][] => [
  ...Map.groupBy(items, key),
];

/** The largest of many: spreading a long history into `Math.max` overflows the stack. */
export const largest = (values: Iterable<number>): number => {
  let found = Number.NEGATIVE_INFINITY;
  for (const value of values) if (value > found) found = value;
  return found;
};
