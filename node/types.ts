/** Milliseconds of a clock that nobody sets. Only differences mean anything. */
export type Millis = number;

/** The last write-set that a node has: Galera's `<uuid>:<seqno>`. */
export interface Position {
  uuid: string;
  seqno: number;
}

/**
 * - `empty`: no data was ever here
 * - `incomplete`: what an interrupted state transfer left, nobody's data
 * - `unreadable`: data of unknown age, perhaps the newest
 */
export type NoPosition = "empty" | "incomplete" | "unreadable";

export type Standing = Position | NoPosition;

export const hasData = (standing: Standing | undefined): standing is Position => typeof standing === "object";

export const standingText = (standing: Standing): string =>
  hasData(standing) ? `${standing.uuid} ${standing.seqno}` : standing;

/** Galera's numbers for what a member does (`wsrep_local_state`). */
export const localState = { outside: 0, joining: 1, donor: 2, joined: 3, synced: 4, inconsistent: 5 } as const;

/** A node by its name and the address at which the others reach it. */
export interface Named {
  name: string;
  address: string;
}

/** What a database says of its replication. */
export interface Replication {
  status: "primary" | "nonprimary";
  position: Position;
  localState: number;
  /** Members of its component, arbitrators included. */
  size: number;
}

/**
 * What is known of a peer:
 * - `waits`: its keeper waits as this one does, and told its position
 * - `runs`: its database runs, and told how
 * - `closed`: its database runs, and does not tell (it knows our monitor by another password, or has no place left)
 * - `starting`: it replicates, or is about to, and takes no clients yet; or something is there that does not tell
 * - `absent`: its host refuses connections: nothing was started there
 * - `silent`: nothing is known: it may well be alive behind a cut line
 */
export type PeerState =
  | { is: "waits"; at: Standing }
  | ({ is: "runs" } & Replication)
  | { is: "closed" | "starting" | "absent" | "silent" };

/** A machine's answer to an event: its whole state anew, and what is to be done. */
export interface Step<State, Effect> {
  state: State;
  effects: Effect[];
}
