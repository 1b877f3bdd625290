/** The last write-set that a node has: Galera's `<uuid>:<seqno>`. */
export interface Position {
  uuid: string;
  seqno: number;
}

/** The last primary component that a node was a member of when it crashed: its gvwstate.dat. A clean stop removes it. */
export interface View {
  /** The view's uuid and number: two nodes were in the same view when both are equal. */
  id: string;
  number: number;
  /** When it was noted, seconds since 1970. Numbers begin anew with every bootstrap, so they tell no order by themselves. */
  seen: number;
  /** The node itself, and all members, as Galera names them: by a uuid that is made when a database starts. */
  own: string;
  members: string[];
}

/**
 * What a node is doing:
 * - `primary`: its database runs in a primary component
 * - `nonprimary`: its database runs, without quorum
 * - `starting`: its database is starting, or replicates and takes no clients yet
 * - `waiting`: the entrypoint waits, no database runs
 * - `stopped`: the container does not run
 * - `hung`: the container runs, and does not answer
 * - `missing`: nothing is known: there is no container, or its Docker can't be reached
 */
export type Doing = "primary" | "nonprimary" | "starting" | "waiting" | "stopped" | "hung" | "missing";

/**
 * - `empty`: no data was ever here
 * - `incomplete`: what an interrupted state transfer left, nobody's data
 * - `unreadable`: data of unknown age
 * - `unknown`: could not be looked at
 */
export type NoPosition = "empty" | "incomplete" | "unreadable" | "unknown";

/** All that is known of one database node, and nothing that is guessed. */
export interface Evidence {
  host: string;
  doing: Doing;
  /** Its own word, or why nothing is known. */
  detail: string;
  position: Position | NoPosition;
  /** How it stopped, where it does not run and its data says so. */
  stop?: "clean" | "crash";
  /** grastate.dat says that it was the last to leave. Shown, and never trusted. */
  safeToBootstrap: boolean;
  /** When grastate.dat was last written: after a clean stop the time of that stop. Seconds since 1970. */
  changed?: number;
  view?: View;
  /** Members of the component, where the database runs. */
  size?: number;
  /** Whether the running database is up to date with its component. */
  synced?: boolean;
  /** It decided to join the others, and its database starts. */
  joins?: boolean;
  /** It was given an order that it must not obey. */
  refused?: boolean;
}

export const hasData = (evidence: Evidence): evidence is Evidence & { position: Position } =>
  typeof evidence.position === "object";

export const positionText = (position: Position | NoPosition): string =>
  typeof position === "object" ? `${position.uuid}:${position.seqno}` : position;
