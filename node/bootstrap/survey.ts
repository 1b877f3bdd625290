import { clusterOf, type Evidence, hasData, type WithData } from "./evidence.ts";
import type { Holders, MembersUnknown, Obstacle } from "./reason.ts";

/** What all rules see in the evidence; the order of the nodes is kept. */

export const byName = <T extends { host: string }>(nodes: readonly T[]): T[] =>
  nodes.toSorted((one, other) => (one.host < other.host ? -1 : 1));

export const hostsOf = (nodes: readonly { host: string }[]): string[] => nodes.map(({ host }) => host);

/** Nothing is known of it, not even whether it is alive. */
export const isMissing = ({ doing }: Evidence): boolean => doing === "missing" || doing === "hung";

/** Nothing is said by it. */
export const isSilent = (node: Evidence): boolean => isMissing(node) || node.doing === "absent";

/** Whose data is known. */
export function holders(nodes: readonly Evidence[]): Holders[] {
  const named = nodes.filter((node) => clusterOf(node) !== undefined);
  return [...Map.groupBy(named, (node) => clusterOf(node)!)].map(([uuid, of]) => ({ uuid, hosts: hostsOf(of) }));
}

/** Those that have the highest position, by name: the first of them is the one to start. All data must be of one cluster. */
export function highest(nodes: readonly Evidence[]): WithData[] {
  const candidates = byName(nodes.filter(hasData));
  const seqno = Math.max(...candidates.map(({ position }) => position.seqno));
  return candidates.filter(({ position }) => position.seqno === seqno);
}

/** Whose last view was larger than the cluster that is known, as far as it counts: that of the highest. */
export function membersUnknown(nodes: readonly Evidence[], known: number): MembersUnknown | undefined {
  const larger = nodes.find(({ view }) => view && view.members.length > known);
  return larger && { reason: "members-unknown", host: larger.host, members: larger.view!.members.length, known };
}

/**
 * All that forbids to start a cluster from these nodes. Without any of it each of them waits or stands still, and what each one
 * has is known: none, or data of one cluster. A living component is no obstacle but a reason of its own, and is looked for first.
 */
export function obstacles(nodes: readonly Evidence[]): Obstacle[] {
  const starting = nodes.filter(({ doing }) => doing === "starting");
  // One that runs and does not tell how may be anything.
  const missing = nodes.filter((node) => isMissing(node) || node.doing === "running");
  const absent = nodes.filter(({ doing }) => doing === "absent");
  const told = nodes.filter((node) => !isSilent(node) && node.doing !== "starting" && node.doing !== "running");
  const unreadable = told.filter(({ position }) => position === "unreadable" || position === "unknown");
  const incomplete = told.filter(({ position }) => position === "incomplete");
  const clusters = holders(told.filter(hasData));
  const data = clusters.length > 0;
  const allTold = told.length === nodes.length && unreadable.length === 0;
  const found: (Obstacle | false)[] = [
    starting.length > 0 && { reason: "starting", hosts: hostsOf(starting) },
    clusters.length > 1 && { reason: "two-clusters", clusters },
    unreadable.length > 0 && { reason: "unreadable", hosts: hostsOf(unreadable) },
    missing.length > 0 && { reason: "missing", hosts: hostsOf(missing), data },
    absent.length > 0 && {
      reason: "absent",
      hosts: hostsOf(absent),
      data,
      forming: !data && incomplete.length === 0,
    },
    allTold && !data && incomplete.length > 0 && { reason: "interrupted", hosts: hostsOf(incomplete) },
  ];
  return found.filter((obstacle) => obstacle !== false);
}
