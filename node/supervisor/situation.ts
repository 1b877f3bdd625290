import type { Named } from "../types.ts";

/**
 * Our own database:
 * - `fit`: it answers, and clients may be sent there
 * - `donor`: it gives its data to another one, and serves as before, if slower
 * - `unfit`: it answers
 * - `slow`: its port is open, and it has not answered for a while
 * - `hung`: for so long that it counts as dead
 * - `gone`: its port is closed
 * - `unknown`: nobody has looked yet
 */
export type DatabaseState = "fit" | "donor" | "unfit" | "slow" | "hung" | "gone" | "unknown";

/** A member of the view. Whoever joins chooses its own name; one that is no name of a node stays a member without one. */
export interface Member {
  /** Undefined where it is of no such form: no report matches it. */
  uuid: string | undefined;
  node: string | undefined;
}

export interface View {
  primary: boolean;
  size: number;
  members: readonly Member[];
}

/** The writer's lock, as Consul has it. */
export interface Lock {
  /** Whose it is. */
  session?: string;
  /** The address that the writer's name has. */
  address?: string;
  /** Its last change. */
  index: number;
}

/** A database that Consul's quorum took for dead, on its own supervisor's word. */
export interface Report {
  node: string;
  member: string;
  /** The last change of this key. */
  index: number;
}

/** One supervisor has done with a report. */
export interface Cleared {
  node: string;
  by: string;
  member: string;
}

/** What supervisors keep in Consul's store. */
export interface Store {
  lock: Lock;
  reports: readonly Report[];
  cleared: readonly Cleared[];
}

/** Who took our database out of the name that stands for any healthy one: we, it since it leaves in good order, or somebody else. */
export type Maintenance = "none" | "ours" | "leaving" | "others";

/** What Consul says of the service. */
export interface Service {
  maintenance: Maintenance;
  /** Consul's own check finds our database fit. */
  passing: boolean;
  /** How many other nodes the name of any healthy one gives. */
  others: number;
}

/** All that a supervisor decides from. */
export interface Situation {
  self: Named & {
    state: DatabaseState;
    /** The uuid that our database has, or last had, in the view; undefined when its death was told and done with. */
    member?: string;
  };
  /** All that have a supervisor. */
  supervised: readonly Named[];
  service: Service;
  /** Our session with Consul. */
  session?: string;
  store: Store;
  /** The lock was nobody's for so long that no fit database is there to take it. */
  orphan: boolean;
  /** As our database sees it, or last saw it. */
  view: View;
  /** Our database was reported so long ago that nobody waits any longer. */
  late: boolean;
  /** It has been gone for so long that the others have given it up by themselves, and it may be starting again as the same member. */
  past: boolean;
  /** What our database was told to evict, and still knows: members by node. */
  evicting: Readonly<Record<string, string>>;
}

export type Action =
  /** Tell all supervisors that our database is dead. */
  | { do: "report"; member: string }
  /** Our database is to leave that member behind without waiting for timeouts; only while it still has the view in which that was right. */
  | { do: "evict"; node: string; member: string; view: View }
  /** It is out of the view: our database is to forget the eviction, and all are to know. */
  | { do: "clear"; node: string; member: string; index: number }
  /** Forget the eviction once more: a list that another member still had may have come back. */
  | { do: "forget"; node: string }
  /** All have done with that report: our database may start again. */
  | { do: "close"; member: string; index: number }
  /** The writer's name becomes ours. */
  | { do: "acquire"; session: string }
  /** Anybody may take it. */
  | { do: "release"; session: string }
  /** The session that holds the lock is to end: its database is none of the primary component. */
  | { do: "seize"; session: string }
  /** The name is to have no address, unless the lock was changed since. */
  | { do: "unname"; index: number }
  /** Our database out of, or into, the name that stands for any healthy one. */
  | { do: "take-out" }
  | { do: "put-back" };

export const serves = ({ self, service }: Situation): boolean =>
  // A donor serves while there is nobody else to do so: otherwise a cluster that starts again from one node would be there for
  // nobody until all data was copied.
  self.state === "fit" || (self.state === "donor" && service.others === 0);

export const leaves = ({ service }: Situation): boolean => service.maintenance === "leaving";

export const isMember = ({ members }: View, uuid: string | undefined): boolean =>
  uuid !== undefined && members.some((member) => member.uuid === uuid);

/** The members of the view without our own node. */
export const others = ({ self, view }: Situation): Member[] => view.members.filter(({ node }) => node !== self.name);
