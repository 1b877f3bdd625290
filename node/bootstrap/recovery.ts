import { type Evidence, hasData, type Position, type View, type WithData } from "./evidence.ts";
import type { Holders, MembersUnknown } from "./reason.ts";
import { byName, highest, holders, hostsOf, membersUnknown, obstacles } from "./survey.ts";

/** How a person starts a cluster again. */
export interface Recovery {
  /** The one node that starts the cluster again, at exactly this position. */
  bootstrap: { host: string; position: Position };
  /**
   * The cluster starts under a uuid of its own, because a node that is left out may have committed more: with the old uuid
   * it would come back and be taken for one that only missed something, its own writes unseen by the others. That the last view
   * was without it proves nothing: its members may have been given what it committed before, and not have had it yet.
   */
  fork: boolean;
  /** Those that join, one by one, in this order. */
  join: string[];
  leftOut: string[];
  grounds: Ground[];
}

/** What a recovery rests on. */
export type Ground =
  /** They have the highest position; `only`: nobody else has data. */
  | { ground: "highest"; hosts: string[]; only: boolean }
  /**
   * So many members of the last view of `host` are here: none of the others had a quorum by that view. It knows nothing of one that began
   * anew since: where all waited, or none had a quorum, one of them starts alone, and may be gone before anybody has joined it.
   */
  | { ground: "view"; host: string; here: number; members: number }
  /** More than half of all were stopped cleanly together. */
  | { ground: "stopped-together"; hosts: string[]; at?: number }
  /** What only these committed is lost, and they must not come back with it. */
  | { ground: "lost"; hosts: string[] };

/** Why the data that is here may be old. */
export type Stale =
  /** `host` was not in a later view, which `witness` saw. */
  | { because: "later-view"; host: string; witness: string }
  /** A state transfer began on `witness`, from a node that was ahead of `host`. */
  | { because: "transfer"; host: string; witness: string; at?: number }
  /** Fewer than half of the members of its last view are here. */
  | { because: "outvoted"; host: string; here: number; members: number }
  | { because: "no-view"; host: string }
  | { because: "stopped-alone"; host: string; at?: number; safeToBootstrap: boolean };

/** Why there is no recovery. Programs decide by `reason`; hosts are those that it is about. */
export type NoRecovery =
  /** A primary component is there; `ours` may join it, `foreign` has data of another cluster. */
  | { reason: "alive"; hosts: string[]; ours: string[]; foreign: string[] }
  /** `running`: two clusters run at once. */
  | { reason: "two-clusters"; hosts: string[]; clusters: Holders[]; running: boolean }
  | { reason: "starting" | "missing" | "unreadable" | "interrupted" | "no-data"; hosts: string[] }
  | { reason: "left-out-is-ahead"; hosts: string[]; seqno: number; chosen: { host: string; seqno: number } }
  | (MembersUnknown & { hosts: string[] })
  | ({ reason: "stale"; hosts: string[] } & Stale);

export type RecoveryOutcome =
  | { recovery: Recovery; refusals?: undefined }
  | { recovery?: undefined; refusals: NoRecovery[] };

export interface RecoveryOptions {
  /** Hosts to go on without: what only they committed may be lost. */
  without?: readonly string[];
  /** How many members of the cluster only vote. @default 0 */
  arbitrators?: number;
}

/** Seconds between clean stops that are taken for one stop of all: a node may need its 60 s to stop. */
export const STOPPED_TOGETHER = 600;

/**
 * How to start a cluster again that has no primary component, or why not. Pure.
 *
 * The highest position of one cluster starts, of equals the first by name, and no flag is believed. What can't be known is
 * refused, unless the node is named in `without`; and also then the nodes that are there must be able to show that they
 * were not left behind long ago. Databases that run without quorum are stopped first, so what they have counts as it is.
 */
export function recover(
  nodes: readonly Evidence[],
  { without = [], arbitrators = 0 }: RecoveryOptions = {},
): RecoveryOutcome {
  const all = byName(nodes);
  const alive = all.filter(({ doing }) => doing === "primary");
  if (alive.length > 0) return { refusals: [isAlive(alive, all)] };
  const present = all.filter(({ host }) => !without.includes(host));
  const leftOut = all.filter(({ host }) => without.includes(host));
  const refusals = whyNot(present);
  if (refusals.length > 0) return { refusals };

  const candidates = present.filter(hasData);
  const best = highest(candidates);
  const chosen = best[0]!;
  const { uuid, seqno } = chosen.position;
  const [ahead] = leftOut
    .filter(hasData)
    .filter(({ position }) => position.uuid === uuid && position.seqno > seqno)
    .toSorted((one, other) => other.position.seqno - one.position.seqno);
  if (ahead) {
    const { host, position } = ahead;
    const than = { host: chosen.host, seqno };
    return { refusals: [{ reason: "left-out-is-ahead", hosts: [host], seqno: position.seqno, chosen: than }] };
  }
  const larger = membersUnknown(best, all.length + arbitrators);
  if (larger) return { refusals: [{ ...larger, hosts: [larger.host] }] };

  const unknown = leftOut.filter(({ position }) => position === "unknown" || position === "unreadable");
  const fork = unknown.length > 0;
  const proof = fork ? notLeftBehind(best, candidates, all) : undefined;
  if (proof && "stale" in proof) return { refusals: [{ reason: "stale", hosts: [proof.stale.host], ...proof.stale }] };
  return {
    recovery: {
      bootstrap: { host: chosen.host, position: chosen.position },
      fork,
      join: hostsOf(present.filter(({ host }) => host !== chosen.host)),
      leftOut: hostsOf(leftOut),
      grounds: [
        { ground: "highest", hosts: hostsOf(best), only: candidates.length === 1 },
        ...(proof ? [proof.ground, { ground: "lost" as const, hosts: hostsOf(unknown) }] : []),
      ],
    },
  };
}

function isAlive(alive: Evidence[], all: Evidence[]): NoRecovery {
  const clusters = holders(alive.filter(hasData));
  if (clusters.length > 1) return { reason: "two-clusters", hosts: hostsOf(alive), clusters, running: true };
  const others = all.filter(({ doing }) => doing !== "primary");
  const foreign = others.filter(hasData).filter(({ position }) => clusters.every(({ uuid }) => uuid !== position.uuid));
  const ours = others.filter((node) => !foreign.some(({ host }) => host === node.host));
  return { reason: "alive", hosts: hostsOf(alive), ours: hostsOf(ours), foreign: hostsOf(foreign) };
}

/** Each obstacle of those that are to be there; what is to be done about one node is told of it alone, in the order of their names. */
function whyNot(present: readonly Evidence[]): NoRecovery[] {
  const found = obstacles(present).flatMap((obstacle): NoRecovery[] => {
    switch (obstacle.reason) {
      case "two-clusters":
        return [{ ...obstacle, hosts: obstacle.clusters.flatMap(({ hosts }) => hosts), running: false }];
      case "interrupted":
        return [obstacle];
      case "absent":
        return obstacle.hosts.map((host) => ({ reason: "missing", hosts: [host] }));
      default:
        return obstacle.hosts.map((host) => ({ reason: obstacle.reason, hosts: [host] }));
    }
  });
  const nobody = found.length === 0 && !present.some(hasData);
  const together = found.filter(({ reason }) => reason === "two-clusters" || reason === "interrupted");
  const single = found.filter((each) => !together.includes(each));
  return [
    ...single.toSorted((one, other) => (one.hosts[0]! < other.hosts[0]! ? -1 : 1)),
    ...together,
    ...(nobody ? [{ reason: "no-data" as const, hosts: hostsOf(present) }] : []),
  ];
}

/**
 * Of nodes that are left out nothing is known. Could they have gone on without those that are here?
 * - After a crash the last view tells: the rest of it kept no quorum when at least half of its members are here.
 * - A clean stop leaves the quorum to the others, so it tells nothing, and neither does `safe_to_bootstrap`, which stays as it
 *   was while the cluster is started elsewhere. Only a majority of all nodes that stopped together is taken for the end.
 */
function notLeftBehind(
  best: WithData[],
  candidates: WithData[],
  all: Evidence[],
): { ground: Ground } | { stale: Stale } {
  const witness = best.find(({ view }) => view) ?? best[0]!;
  const { view, host, changed: at } = witness;
  const own = all.filter((node) => !hasData(node) || node.position.uuid === witness.position.uuid);
  const later = own.find(
    (node) => view && node.view && isLater(node.view, view) && !node.view.members.includes(view.own),
  );
  if (later) return { stale: { because: "later-view", host, witness: later.host } };
  const ended = view?.seen ?? at ?? 0;
  const fed = own.find(
    (node) => node.position === "incomplete" && (node.changed ?? 0) > ended && !sameView(node, witness),
  );
  if (fed) return { stale: { because: "transfer", host, witness: fed.host, at: fed.changed } };
  if (view) {
    const members = view.members.length;
    const here = candidates.filter((node) => sameView(node, witness) && view.members.includes(node.view!.own)).length;
    if (here * 2 < members) return { stale: { because: "outvoted", host, here, members } };
    return { ground: { ground: "view", host, here, members } };
  }
  if (witness.stop !== "clean") return { stale: { because: "no-view", host } };
  const together = candidates.filter(
    ({ stop, changed = 0 }) => stop === "clean" && Math.abs(changed - (at ?? 0)) <= STOPPED_TOGETHER,
  );
  if (together.length * 2 <= own.length) {
    return { stale: { because: "stopped-alone", host, at, safeToBootstrap: witness.safeToBootstrap } };
  }
  return { ground: { ground: "stopped-together", hosts: hostsOf(together), at } };
}

const sameView = (one: Evidence, other: Evidence) =>
  one.view !== undefined && one.view.id === other.view?.id && one.view.number === other.view.number;
const isLater = (one: View, other: View) =>
  one.seen > other.seen || (one.seen === other.seen && one.number > other.number);

/** What no longer fits a recovery that was agreed on. */
export type Contradicted =
  /** It was to stand still with a position that can be read. */
  | { contradicts: "unclear"; host: string }
  | { contradicts: "other-cluster"; host: string; position: Position }
  /** The highest position was another; undefined: there is none any more. */
  | { contradicts: "lower"; was: number; is?: number };

/**
 * The one to start, once all are stopped and their volumes were read again. A database that ran without quorum may by now
 * have applied what it had only received, so the highest may be another, or higher; never lower, and of no other cluster. Pure.
 */
export function settle(
  { bootstrap, leftOut }: Pick<Recovery, "bootstrap" | "leftOut">,
  nodes: readonly Evidence[],
): Recovery["bootstrap"] | Contradicted {
  const present = byName(nodes.filter(({ host }) => !leftOut.includes(host)));
  const unclear = present.find(
    (node) => node.doing !== "stopped" || node.position === "unknown" || node.position === "unreadable",
  );
  if (unclear) return { contradicts: "unclear", host: unclear.host };
  const { uuid, seqno } = bootstrap.position;
  const candidates = present.filter(hasData);
  const other = candidates.find(({ position }) => position.uuid !== uuid);
  if (other) return { contradicts: "other-cluster", host: other.host, position: other.position };
  const [best] = highest(candidates);
  if (!best || best.position.seqno < seqno) return { contradicts: "lower", was: seqno, is: best?.position.seqno };
  return { host: best.host, position: best.position };
}
