import { clusterOf, type Doing, type Evidence, hasData, type Position, type WithData } from "./evidence.ts";
import type { Reason } from "./reason.ts";
import { byName, highest, holders, hostsOf, isSilent, membersUnknown, obstacles } from "./survey.ts";

/** What a node hears of itself or of another one: files of a node that stands still are read by a person's means alone. */
export type Heard = Evidence & { doing: Exclude<Doing, "stopped"> };

/** All that a node knows when it asks what it may do. */
export interface Situation {
  /** Itself: `waiting`, or `nonprimary` with the size of its component. */
  self: Evidence & { doing: "waiting" | "nonprimary" };
  /** Every other node of the cluster, as far as it is known. */
  peers: readonly Heard[];
  /** How many members have a vote and no data. @default 0 */
  arbitrators?: number;
  /** Hosts that a person goes on without: that nothing is heard of them forbids nothing. What they say counts as ever. */
  without?: readonly string[];
}

/**
 * What a node may do:
 * - `join`: a primary component exists: become a member, as a newcomer to its view
 * - `rejoin`: a database runs, without quorum: start as the member that this node was in the last view
 * - `promote`: no quorum comes back by itself: this node's component is to be the primary one (only for one that runs)
 * - `restart`: nor does one come that way: stop, wait as the others do, and let the positions decide (only for one that runs)
 * - `bootstrap`: start a primary component from what this node has
 * - `wait`: not enough is known, or another one is to start first
 * - `refuse`: a person must look: wait, and say why
 */
export type Decision =
  | { do: "join" | "rejoin" | "promote" | "restart" | "wait" | "refuse"; why: Reason }
  | { do: "bootstrap"; position: Position | "empty"; why: Reason };

/** Whether one waits for those that are created after it: then it is fit, too, since they come only when it is. */
export const waitsForOthers = ({ do: does, why }: Decision): boolean => does === "wait" && why.reason === "absent";

/** Whether nobody has data as far as is known: the first by name may make its empty database meanwhile. */
export const waitsForNew = ({ do: does, why }: Decision): boolean =>
  does === "wait" && ((why.reason === "absent" && why.forming) || why.reason === "new");

/**
 * What may this node do? Pure.
 *
 * The danger to exclude is a second cluster beside a living one. So nothing is bootstrapped unless every single node says
 * itself that it waits, too: neither silence nor a refused connection is taken for death. Positions don't change while
 * nodes wait, so all of them come to the same decision (docs/decisions/0010).
 */
export function decide({ self, peers, arbitrators = 0, without = [] }: Situation): Decision {
  const nodes = byName<Evidence>([self, ...peers.filter((peer) => !(isSilent(peer) && without.includes(peer.host)))]);
  if (self.doing === "nonprimary") return withoutQuorum(self, nodes, arbitrators);
  const known = new Set([...hostsOf(nodes), ...without]).size + arbitrators;

  const alive = nodes.filter(({ doing }) => doing === "primary");
  const foreign = alive.filter((node) => isForeign(node, self));
  if (foreign.length > 0) {
    const [theirs, own] = [clusterOf(foreign[0]!)!, clusterOf(self)!];
    return { do: "refuse", why: { reason: "other-cluster", hosts: hostsOf(alive), own, theirs } };
  }
  // Two clusters run: to join either might be wrong.
  const runs = holders(alive);
  if (runs.length > 1) return { do: "refuse", why: { reason: "two-clusters", clusters: runs } };
  if (alive.length > 0) return { do: "join", why: { reason: "alive", hosts: hostsOf(alive) } };

  const untold = nodes.filter(({ doing }) => doing === "running");
  const running = [...untold, ...nodes.filter(({ doing }) => doing === "nonprimary")];
  if (running.length > 0) {
    const hosts = hostsOf(running);
    if (!hasData(self)) return { do: "wait", why: { reason: "nonprimary", hosts, lacks: "data" } };
    // A newcomer would not help them. But where one starts, or does not tell, they may become primary without that.
    const settled = untold.length === 0 && nodes.every(({ doing }) => doing !== "starting");
    if (!self.view && settled) return { do: "wait", why: { reason: "nonprimary", hosts, lacks: "view" } };
    // The last view finds a quorum without those that had left it. Where one of these has more, positions must decide.
    const ahead = waitsAhead(
      nodes.filter((node) => clusterOf(node) === self.position.uuid),
      self,
    );
    if (ahead && self.view && self.view.members.length < known)
      return { do: "wait", why: { reason: "ahead", host: ahead.host } };
    return { do: "rejoin", why: { reason: "nonprimary", hosts } };
  }

  const [obstacle] = obstacles(nodes);
  if (obstacle) return { do: isForPerson(obstacle) ? "refuse" : "wait", why: obstacle };
  const best = highest(nodes);
  const larger = membersUnknown([self, ...best], known);
  if (larger) return { do: "wait", why: larger };
  const [first] = best.length > 0 ? best : nodes;
  const why: Reason =
    best.length > 0
      ? { reason: "highest", host: first!.host, position: best[0]!.position }
      : { reason: "new", host: first!.host };
  if (first !== self) return { do: "wait", why };
  return { do: "bootstrap", position: hasData(self) ? self.position : "empty", why };
}

/** The one that waits with more than this node, and than all databases that run without quorum. All data must be of one cluster. */
function waitsAhead(nodes: readonly Evidence[], self: Evidence): WithData | undefined {
  const [ahead] = highest(nodes.filter(({ doing }) => doing === "waiting"));
  const running = [self, ...nodes.filter(({ doing }) => doing === "nonprimary")];
  const reached = Math.max(0, ...running.filter(hasData).map(({ position }) => position.seqno));
  return ahead && ahead.position.seqno > reached ? ahead : undefined;
}

/** What nobody but a person can mend: it does not pass by itself. */
const isForPerson = ({ reason }: Reason): boolean =>
  reason === "two-clusters" || reason === "unreadable" || reason === "interrupted";

/** Joining it would overwrite this node's data by another cluster's. */
const isForeign = (living: Evidence, self: Evidence): boolean => {
  const [theirs, own] = [clusterOf(living), clusterOf(self)];
  return hasData(self) && theirs !== undefined && theirs !== own;
};

/**
 * Of a node that runs without quorum. Only when every single node has told that it has none either, those that run are all in
 * its component, the others only wait, and none of them has more: then nobody else can be, or become, the primary component.
 */
function withoutQuorum(self: Evidence, nodes: readonly Evidence[], arbitrators: number): Decision {
  const alive = nodes.filter(({ doing }) => doing === "primary");
  if (alive.length > 0) return { do: "wait", why: { reason: "alive", hosts: hostsOf(alive) } };
  const clusters = holders(nodes.filter(({ doing }) => doing === "waiting" || doing === "nonprimary"));
  if (clusters.length > 1) return { do: "wait", why: { reason: "two-clusters", clusters } };

  const size = self.size ?? 0;
  const those = (...doings: Doing[]) => nodes.filter(({ doing }) => doings.includes(doing));
  const [running, waiting, starting] = [those("nonprimary"), those("waiting"), those("starting")];
  const unclear = waiting.filter(({ position }) => position === "unreadable" || position === "unknown");
  const unsure = [...those("running"), ...those("missing", "hung"), ...those("absent"), ...unclear];
  // Nobody else is a member of this component: those that are starting are in it, too, so there is no other one that could be the primary
  // component. Others may wait beside it: one that takes no clients yet would be waited for for good.
  if (starting.length > 0 && unsure.length === 0 && running.length + starting.length + arbitrators === size)
    return { do: "restart", why: { reason: "together", size } };
  if (starting.length + unsure.length > 0)
    return { do: "wait", why: { reason: "untold", hosts: hostsOf([...starting, ...unsure]) } };
  // An arbitrator counts as a member, and must be one: without it nobody could tell whether a database is missing in its place.
  if (running.length + arbitrators !== size)
    return { do: "wait", why: { reason: "apart", running: running.length, arbitrators, size } };
  const ahead = waitsAhead(nodes, self);
  if (ahead) return { do: "restart", why: { reason: "ahead", host: ahead.host } };
  const leader = running[0]!;
  return { do: leader === self ? "promote" : "wait", why: { reason: "no-quorum", host: leader.host } };
}
