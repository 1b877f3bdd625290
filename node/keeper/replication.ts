import type { Decision } from "../bootstrap/index.ts";
import { keeper as timers } from "../timers.ts";
import { localState, type Millis } from "../types.ts";

/** What the running database says of its replication. */
export interface ReplicationLook {
  status: "primary" | "nonprimary" | "disconnected";
  uuid: string;
  lastCommitted: number;
  localState: number;
  size: number;
  ready: boolean;
  /** All appliers wait, or have nothing to do. */
  idle: boolean;
}

/** What a watch of the running database remembers. Looks are counted, since a database that does not answer is no sign of anything. */
export interface Replicating {
  last?: string;
  /** Since when something moves, or nothing has to. */
  moved: Millis;
  /** Looks without quorum in a row, and those at which nothing came of a way out of it. */
  alone: number;
  hopeless: number;
  /** Looks at a donor that gives nothing. */
  idle: number;
  synced: boolean;
}

export const firstReplicating = (now: Millis): Replicating => ({
  moved: now,
  alone: 0,
  hopeless: 0,
  idle: 0,
  synced: false,
});

export type ReplicationVerdict =
  /** Nothing moves in a state transfer: its appliers wait for each other, and its queue holds up all others. What was applied is kept. */
  | "stuck"
  /** What the others committed could not be written here: the next start takes all data from them. */
  | "inconsistent"
  /** The others evicted this node, which lives, and its database never tries to be a member again. */
  | "evicted"
  /** Without quorum although nothing else holds it up: the peers are to be asked. */
  | "ask-peers"
  /** A donor that takes no clients: whether it gives anything, and whether anybody else serves. */
  | "ask-donor";

/**
 * Finds what Galera (26.4.23) does not end by itself, as long as the database runs (docs/decisions/0010, "A node that runs goes on being
 * looked at"). `look`: undefined when the database does not answer.
 */
export function judgeReplication(
  before: Replicating,
  look: ReplicationLook | undefined,
  now: Millis,
): { memory: Replicating; verdict?: ReplicationVerdict } {
  const seen = look && `${look.lastCommitted},${look.localState},${look.ready},${look.idle}`;
  const still = look?.localState === localState.joining && look.idle && seen === before.last;
  const outside = look?.localState === localState.outside;
  const deaf = look?.localState === localState.donor && !look.ready;
  const memory: Replicating = {
    last: seen,
    moved: still ? before.moved : now,
    alone: outside ? before.alone + 1 : 0,
    hopeless: outside ? before.hopeless : 0,
    idle: deaf ? before.idle : 0,
    synced: before.synced || look?.localState === localState.synced,
  };
  return { memory, verdict: verdict(memory, look, now) };
}

function verdict(memory: Replicating, look: ReplicationLook | undefined, now: Millis): ReplicationVerdict | undefined {
  if (now - memory.moved >= timers.stuck) return "stuck";
  switch (look?.localState) {
    case localState.inconsistent:
      return "inconsistent";
    case localState.donor:
      return look.ready ? undefined : "ask-donor";
    case localState.outside:
      // One that starts may not be connected yet; nor was one evicted a moment after it was Synced ever seen to be (the script then leaves
      // it as it is for good: the model found it).
      if (look.status === "disconnected" && memory.alone >= (memory.synced ? timers.evictedLooks : timers.aloneLooks)) {
        return "evicted";
      }
      return memory.alone >= timers.aloneLooks && look.status === "nonprimary" ? "ask-peers" : undefined;
    default:
      return undefined;
  }
}

export type QuorumVerdict = "promote" | "stop";

/** What comes of the rules for a component without quorum. Where nothing comes of it three times, the node starts again. */
export function judgeQuorum(
  before: Replicating,
  decision: Decision["do"],
): { memory: Replicating; verdicts: QuorumVerdict[] } {
  if (decision !== "promote" && decision !== "restart") return { memory: { ...before, hopeless: 0 }, verdicts: [] };
  const memory = { ...before, hopeless: before.hopeless + 1 };
  const verdicts: QuorumVerdict[] = decision === "promote" ? ["promote"] : [];
  if (memory.hopeless >= timers.hopelessLooks) verdicts.push("stop");
  return { memory, verdicts };
}

export type DonorVerdict = "end-transfer" | "stop";

/**
 * A donor that lost its quorum for a moment takes no clients before it has given all of its data, which may take hours. Where nobody
 * else serves them its transfer is ended: it is Synced then, and the joiner asks again. One that is taken for a donor without any
 * transfer would be so for good (docs/decisions/0023).
 */
export function judgeDonor(
  before: Replicating,
  { giving, othersWrite }: { giving: boolean; othersWrite: boolean },
): { memory: Replicating; verdict?: DonorVerdict } {
  if (giving) return { memory: { ...before, idle: 0 }, verdict: othersWrite ? undefined : "end-transfer" };
  const memory = { ...before, idle: before.idle + 1 };
  return { memory, verdict: memory.idle >= timers.idleLooks ? "stop" : undefined };
}
