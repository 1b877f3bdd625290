/** The last write-set that a node has: Galera's `<uuid>:<seqno>`. */
export interface Position {
  uuid: string;
  seqno: number;
  /** The same in MariaDB's words, `<domain>-<server>-<seqno>`, where it told them (`wsrep_gtid_mode`). Never compared. */
  gtid?: string;
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
 * What a node is doing, as it says itself or as its container is found:
 * - `primary`: its database runs in a primary component
 * - `nonprimary`: its database runs, without quorum
 * - `running`: its database runs, and does not tell us how
 * - `starting`: its database is starting, or replicates and takes no clients yet
 * - `waiting`: it waits with its position, no database runs
 * - `stopped`: its container does not run, and its files were read
 * - `absent`: its host is there and refuses connections, nothing was started on it
 * - `hung`: its container runs, and does not answer
 * - `missing`: nothing is known of it, alive or not
 */
export type Doing =
  | "primary"
  | "nonprimary"
  | "running"
  | "starting"
  | "waiting"
  | "stopped"
  | "absent"
  | "hung"
  | "missing";

/**
 * - `empty`: no data was ever here
 * - `incomplete`: what an interrupted state transfer left, nobody's data
 * - `unreadable`: data of unknown age
 * - `unknown`: could not be looked at, or is not told
 */
export type NoPosition = "empty" | "incomplete" | "unreadable" | "unknown";

/** Where data stands that was looked at. */
export type Standing = Position | Exclude<NoPosition, "unknown">;

export const isPosition = (standing: Position | NoPosition): standing is Position => typeof standing === "object";

/** All that is known of one database node, and nothing that is guessed. */
export interface Evidence {
  host: string;
  doing: Doing;
  /** Its own word, or why nothing is known. */
  detail: string;
  position: Position | NoPosition;
  /** The uuid of the cluster that a running database names, where its position is unknown. */
  cluster?: string;
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

export type WithData = Evidence & { position: Position };

export const hasData = (evidence: Evidence): evidence is WithData => isPosition(evidence.position);

/** The cluster that a node's data, or its running database, is of. */
export const clusterOf = (evidence: Evidence): string | undefined =>
  hasData(evidence) ? evidence.position.uuid : evidence.cluster;

export const positionText = (position: Position | NoPosition): string =>
  isPosition(position) ? `${position.uuid}:${position.seqno}` : position;

/** The same one, whatever is told of it besides. */
export const samePosition = (one: Position, other: Position): boolean =>
  one.uuid === other.uuid && one.seqno === other.seqno;
