import type { Position } from "./evidence.ts";

/** The data of one cluster, and who has it. */
export interface Holders {
  uuid: string;
  hosts: string[];
}

/** What forbids that a cluster is started from what is known of its nodes. One set, for a node by itself and for a person. */
export type Obstacle =
  /** Their databases start: they may become a primary component. */
  | { reason: "starting"; hosts: string[] }
  /** Positions of two clusters can't be compared. */
  | { reason: "two-clusters"; clusters: Holders[] }
  /** Data that may be the newest, of unknown age. */
  | { reason: "unreadable"; hosts: string[] }
  /** Alive or not, nobody knows; `data`: somebody has some, so a person may go on without these. */
  | { reason: "missing"; hosts: string[]; data: boolean }
  /** Nothing was started there yet; `forming`: nor has anybody who was started any data, or what a transfer left of it. */
  | { reason: "absent"; hosts: string[]; data: boolean; forming: boolean }
  /** What interrupted state transfers left, and nobody has data. */
  | { reason: "interrupted"; hosts: string[] };

/** The last view of this node had more members than there are nodes known: the others may be alive. */
export interface MembersUnknown {
  reason: "members-unknown";
  host: string;
  members: number;
  known: number;
}

/** Why a node may do what it may, or why it waits. Programs decide by its fields, `text.ts` makes a line of it for the log. */
export type Reason =
  | Obstacle
  | MembersUnknown
  /** A primary component exists. */
  | { reason: "alive"; hosts: string[] }
  /** The primary component is of another cluster than the data here. */
  | { reason: "other-cluster"; hosts: string[]; own: string; theirs: string }
  /** Databases run without quorum; `lacks`: what this node would need to help them. */
  | { reason: "nonprimary"; hosts: string[]; lacks?: "view" | "data" }
  /** Nobody has data: the first by name makes the new cluster. */
  | { reason: "new"; host: string }
  | { reason: "highest"; host: string; position: Position }
  /** Of one that runs without quorum: not every other node has said that it has none, either. */
  | { reason: "untold"; hosts: string[] }
  /** So many databases run, and the component has another number of members: there are two. */
  | { reason: "apart"; running: number; arbitrators: number; size: number }
  /** All databases are in one component, some of which take no clients, and it finds no quorum. */
  | { reason: "together"; size: number }
  /** It has more than those that run. */
  | { reason: "ahead"; host: string }
  /** Nobody has a quorum, all have said so: this one makes it anew. */
  | { reason: "no-quorum"; host: string };
