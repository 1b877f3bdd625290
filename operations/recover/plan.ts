import { type Evidence, hasData, type Position, type View } from "./evidence.ts";

export interface Plan {
  /** The one node that starts the cluster again, at exactly this position. */
  bootstrap: { host: string; position: Position };
  /**
   * The cluster starts under a uuid of its own, because a node that is left out may have committed more: with the old uuid
   * it would come back and be taken for one that only missed something, its own writes unseen by the others.
   */
  fork: boolean;
  /** Those that join, one by one, in this order. */
  join: string[];
  leftOut: string[];
  /** Why so, a sentence each. */
  why: string[];
}

export type RefusalReason =
  | "alive"
  | "starting"
  | "missing"
  | "unreadable"
  | "two-clusters"
  | "interrupted"
  | "no-data"
  | "left-out-is-ahead"
  | "members-unknown"
  | "stale";

export interface Refusal {
  reason: RefusalReason;
  /** What is wrong, and what to do. */
  text: string;
}

export type Outcome = { plan: Plan; refusals?: undefined } | { plan?: undefined; refusals: Refusal[] };

export interface PlanOptions {
  /** Hosts to go on without: what only they committed may be lost. */
  without?: readonly string[];
  /** How many members of the cluster only vote. */
  withoutData?: number;
}

type WithData = Evidence & { position: Position };

/** Seconds between clean stops that are taken for one stop of all: a node may need its 60 s to stop. */
export const STOPPED_TOGETHER = 600;

/**
 * How to start a cluster again that has no primary component, or why not. Pure.
 *
 * The highest position of one cluster starts, of equals the first by name, and no flag is believed. What can't be known is
 * refused, unless the node is named in `without`; and also then the nodes that are there must be able to show that they
 * were not left behind long ago.
 */
export function plan(nodes: readonly Evidence[], { without = [], withoutData = 0 }: PlanOptions = {}): Outcome {
  const all = nodes.toSorted((a, b) => (a.host < b.host ? -1 : 1));
  const alive = all.filter(({ doing }) => doing === "primary");
  if (alive.length > 0) return { refusals: [isAlive(alive, all)] };
  const present = all.filter(({ host }) => !without.includes(host));
  const leftOut = all.filter(({ host }) => without.includes(host));
  const refusals = [...unclear(present), ...twoClusters(present.filter(hasData)), ...nothing(present)];
  if (refusals.length > 0) return { refusals };

  const candidates = present.filter(hasData);
  const highest = Math.max(...candidates.map(({ position }) => position.seqno));
  const best = candidates.filter(({ position }) => position.seqno === highest);
  const chosen = best[0]!;
  const ahead = leftOut.filter(hasData).filter(({ position }) => isAhead(position, chosen.position));
  if (ahead.length > 0) return { refusals: [leftOutIsAhead(ahead, chosen)] };

  const larger = best.find(({ view }) => view && view.members.length > all.length + withoutData);
  if (larger) return { refusals: [membersUnknown(larger, all.length + withoutData)] };

  const unknown = leftOut.filter(({ position }) => position === "unknown" || position === "unreadable");
  const proof = unknown.length > 0 ? notLeftBehind(best, candidates, all) : { fork: false, why: [] };
  if ("refusal" in proof) return { refusals: [proof.refusal] };
  const lost = names(unknown);
  return {
    plan: {
      bootstrap: { host: chosen.host, position: chosen.position },
      fork: proof.fork,
      join: present.filter(({ host }) => host !== chosen.host).map(({ host }) => host),
      leftOut: leftOut.map(({ host }) => host),
      why: [
        best.length > 1
          ? `${names(best)} have the same, highest position: the first by name starts.`
          : `${chosen.host} has the highest position${candidates.length > 1 ? "" : ", and is the only one with data"}.`,
        ...proof.why,
        ...(proof.fork
          ? [
              `What only ${lost} committed is lost. The cluster gets a new uuid, so that ${lost} can't come back with other data ` +
                "under the same name; all others take their data anew.",
            ]
          : []),
      ],
    },
  };
}

const names = (nodes: readonly { host: string }[]): string => nodes.map(({ host }) => host).join(", ");
const isAhead = (one: Position, other: Position) => one.uuid === other.uuid && one.seqno > other.seqno;

function isAlive(alive: Evidence[], all: Evidence[]): Refusal {
  const others = all.filter(({ doing }) => doing !== "primary");
  const clusters = new Set(alive.filter(hasData).map(({ position }) => position.uuid));
  if (clusters.size > 1) {
    const each = alive.filter(hasData).map(({ host, position }) => `${host}: ${position.uuid}`);
    return {
      reason: "two-clusters",
      text: `Two clusters run at once (${each.join(", ")}). Stop the applications, decide which one is right, and stop the nodes of the other before they are written to again.`,
    };
  }
  const foreign = others.filter(hasData).filter(({ position }) => !clusters.has(position.uuid));
  const ours = others.filter((node) => !foreign.includes(node as WithData));
  return {
    reason: "alive",
    text: [
      `A primary component is alive: ${names(alive)}. There is nothing to recover.`,
      ...(ours.length > 0
        ? [`Where ${names(ours)} does not run, start it, and it joins by itself (trivet up <environment>).`]
        : []),
      ...(foreign.length > 0
        ? [`${names(foreign)} has data of another cluster: save it if you want to, empty its volume, and start it.`]
        : []),
    ].join(" "),
  };
}

/** Nodes that are there, or should be, and whose position nobody knows. */
function unclear(present: Evidence[]): Refusal[] {
  return present.flatMap(({ host, doing, detail, position }): Refusal[] => {
    if (doing === "missing" || doing === "hung") {
      const how = doing === "hung" ? "hangs" : "is missing";
      const text = `${host} ${how} (${detail}): it may have the newest data, or still serve clients. Bring it back, even if only to be looked at; if it is gone for good, accept the loss of what only it committed: --without ${host}`;
      return [{ reason: "missing", text }];
    }
    if (doing === "starting") {
      const text = `${host} is starting (${detail}): ask again when it is Synced, or says what it waits for. If it stays like this, stop it, so that its position can be read: trivet stop <environment> galera, or docker stop on its host`;
      return [{ reason: "starting", text }];
    }
    if (position === "unreadable" || position === "unknown") {
      const text = `The position of ${host} can't be read (${detail || doing}), and its data may be the newest: mend it (trivet logs <environment> galera --host ${host}), or accept the loss of what only it committed: --without ${host}`;
      return [{ reason: "unreadable", text }];
    }
    return [];
  });
}

function twoClusters(candidates: WithData[]): Refusal[] {
  const clusters = Map.groupBy(candidates, ({ position }) => position.uuid);
  if (clusters.size < 2) return [];
  const each = [...clusters].map(([uuid, nodes]) => `${uuid} on ${names(nodes)}`);
  const choices = [...clusters.values()].map((nodes) =>
    names(candidates.filter((node) => !nodes.includes(node))).replaceAll(" ", ""),
  );
  return [
    {
      reason: "two-clusters",
      text: `There is data of two clusters: ${each.join("; ")}. Their positions can't be compared. Decide which one is right, and leave the other out: ${choices.map((hosts) => `--without ${hosts}`).join(", or ")}. It stays as it is, for you to look at.`,
    },
  ];
}

function nothing(present: Evidence[]): Refusal[] {
  if (present.some(hasData) || present.some(({ position }) => position === "unknown" || position === "unreadable"))
    return [];
  const cut = present.filter(({ position }) => position === "incomplete");
  if (cut.length === 0) {
    const text =
      "No node has data: there is nothing to recover. Once all are started they make a new cluster by themselves.";
    return [{ reason: "no-data", text }];
  }
  return [
    {
      reason: "interrupted",
      text: `${names(cut)}: a state transfer was interrupted, so what is there is nobody's data, and no other node has any. Bring back the node that they were copied from, or remove the volumes and restore a backup.`,
    },
  ];
}

function leftOutIsAhead(ahead: WithData[], chosen: WithData): Refusal {
  const [first] = ahead.toSorted((a, b) => b.position.seqno - a.position.seqno);
  return {
    reason: "left-out-is-ahead",
    text: `${first!.host} is to be left out, and has more than any other: ${first!.position.seqno}, ${chosen.host} only ${chosen.position.seqno}. Its data can be read, so let it start: without --without ${first!.host}`,
  };
}

function membersUnknown({ host, view }: WithData, known: number): Refusal {
  return {
    reason: "members-unknown",
    text: `The last view of ${host} had ${view!.members.length} members, and only ${known} are known: nodes that were taken out of the settings may still run. Put them back into the settings, and ask again.`,
  };
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
): { fork: boolean; why: string[] } | { refusal: Refusal } {
  const [chosen] = best as [WithData];
  const witness = best.find(({ view }) => view) ?? chosen;
  const { view } = witness;
  const own = all.filter((node) => !hasData(node) || node.position.uuid === witness.position.uuid);
  const later = own.find(
    (node) => view && node.view && isLater(node.view, view) && !node.view.members.includes(view.own),
  );
  if (later) {
    return stale(`${witness.host} was not in the later view that ${later.host} saw: the others went on without it`);
  }
  const ended = view?.seen ?? witness.changed ?? 0;
  const fed = own.find(
    (node) => node.position === "incomplete" && (node.changed ?? 0) > ended && !sameView(node, witness),
  );
  if (fed) {
    return stale(
      `a state transfer began on ${fed.host}${whenText(fed.changed)}, from a node that was ahead of ${witness.host}`,
    );
  }
  if (view) {
    const here = candidates.filter((node) => sameView(node, witness) && view.members.includes(node.view!.own));
    const told = `${here.length} of the ${view.members.length} members of the last view of ${witness.host} are here`;
    if (here.length * 2 < view.members.length) return stale(`only ${told}: the others may have gone on without it`);
    return { fork: here.length < view.members.length, why: [`${told}: the others had no quorum without them.`] };
  }
  if (witness.stop !== "clean") return stale(`${witness.host} crashed, and does not know its last view`);
  const together = candidates.filter(
    ({ stop, changed = 0 }) => stop === "clean" && Math.abs(changed - (witness.changed ?? 0)) <= STOPPED_TOGETHER,
  );
  if (together.length * 2 <= own.length) {
    return stale(
      `${witness.host} was stopped cleanly${whenText(witness.changed)}, which leaves the others to go on without it${witness.safeToBootstrap ? "; that it was the last then (safe_to_bootstrap) says nothing of what came after" : ""}`,
    );
  }
  return {
    fork: true,
    why: [
      `${names(together)}, more than half of all, were stopped cleanly together${whenText(witness.changed)}. Whether another one went on alone can't be seen from here.`,
    ],
  };
}

const sameView = (one: Evidence, other: Evidence) =>
  one.view !== undefined && one.view.id === other.view?.id && one.view.number === other.view.number;
const isLater = (one: View, other: View) =>
  one.seen > other.seen || (one.seen === other.seen && one.number > other.number);

const whenText = (seconds: number | undefined) =>
  seconds === undefined ? "" : ` at ${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;

const stale = (why: string): { refusal: Refusal } => ({
  refusal: {
    reason: "stale",
    text: `The data that is here may be old: ${why}. Bring one of the missing nodes back; if they are lost for good, restore the newest backup, or a dump of this node, into a new cluster.`,
  },
});
