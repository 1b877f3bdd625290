/**
 * An event that a run writes down as it happens, a JSON line each, before anything is judged. Times are milliseconds since 1970 by
 * the clock of the machine that runs the suite (monotonic within a run, three decimals): no fault touches that clock.
 */
export type Event = Phase | FaultEvent | Operation | FinalRead | Look | WayEvent | Note;

/** Where events go while they happen. */
export interface History {
  add(event: Event): void;
}

/** An experiment goes through these in order; `heal` also runs when an earlier one broke. */
export const phases = ["gate", "workload", "fault", "heal", "settle", "read", "judge"] as const;
export type PhaseName = (typeof phases)[number];

export interface Phase {
  kind: "phase";
  t: number;
  phase: PhaseName;
}

/**
 * `inject` and `heal`: it begins. `injected` and `healed`: it is so, verified on the target's side. What only makes ready for a
 * fault is never `injected`.
 */
export interface FaultEvent {
  kind: "fault";
  t: number;
  /** Unique in the experiment: `kill db1 galera`. */
  fault: string;
  action: "inject" | "injected" | "heal" | "healed" | "failed";
  /** Names of the hosts that it hurts, as the inventory has them; of all that can no longer be reached or used. */
  hosts: string[];
  detail?: string;
}

/** Three outcomes: `unknown` may have been done or not (the connection died before the answer). */
export type Outcome = "ok" | "fail" | "unknown";

interface Done {
  kind: "op";
  /** Beginning. */
  t: number;
  /** When the answer came, or was given up. */
  end: number;
  /** `name-1`: through the DNS name, as an application; `db2`: pinned to that node. */
  client: string;
  /** Host name of the database node that was asked; absent when none was reached. */
  node?: string;
  outcome: Outcome;
  /** Code and message of what went wrong. */
  error?: string;
}

/** An operation of a workload, told apart by `workload` and `op`. */
export type Operation = Done &
  (
    | { workload: "ledger"; op: "insert"; id: number }
    /** Moves `amount` between two accounts in one transaction. */
    | { workload: "bank"; op: "transfer"; id: number; from: number; to: number; amount: number }
    /** Sum over all accounts, read in one statement; `total` only when ok. */
    | { workload: "bank"; op: "total"; total?: number }
    | { workload: "counter"; op: "increment" }
    /**
     * Reads a value with `SELECT … FOR UPDATE` and writes it back one higher, in one transaction (why so: workloads/lostUpdate.ts).
     * `read`: the value that it started from, when ok.
     */
    | { workload: "lost-update"; op: "update"; key: number; read?: number }
    /** Writes `id` through one node, then reads it from `node` with that `wsrep_sync_wait`. `found` only when ok. */
    | { workload: "read-your-writes"; op: "reread"; id: number; writtenAt: string; syncWait: 0 | 1; found?: boolean }
  );

/** The data that one node holds after healing, read by a client pinned to it with `wsrep_sync_wait = 1`. */
export type FinalRead = { kind: "final"; t: number; node: string } & (
  | { workload: "ledger"; ids: number[] }
  /** The ids of the transfers that are in the log table, and the sum of all accounts. */
  | { workload: "bank"; ids: number[]; total: number; expected: number }
  | { workload: "counter"; value: number }
  | { workload: "lost-update"; values: number[] }
  /** Could not be read. */
  | { workload: string; error: string }
);

interface Looked {
  kind: "look";
  /** Beginning and end of the look: what it tells was so some time in between. */
  t: number;
  end: number;
  /** Whoever looked could not be asked, or got no answer. */
  error?: string;
}

/** A look of an observer, told apart by `what`. Facts are absent when there is an `error`. */
export type Look = Looked &
  /** The database node `host`, asked from inside its own container (so a cut link does not hide it). */
  (
    | {
        what: "database";
        host: string;
        /** `wsrep_cluster_status`. */
        status?: string;
        /** `wsrep_local_state`; 4 is Synced. */
        state?: number;
        ready?: boolean;
        readOnly?: boolean;
        size?: number;
        /** `wsrep_cluster_conf_id`: number of the view. */
        view?: number;
        uuid?: string;
        /** Host names of the members of its view. */
        members?: string[];
        /** Highest ledger id that a plain local read gives; `null` when the server refused to read. */
        newest?: number | null;
      }
    /** DNS server `server` (host name), asked for the database's name by a host of the site or by the suite's machine. */
    | { what: "name"; server: string /** Host names of the nodes that it gave. */; answers?: string[] }
    /** The same for the name of the one node that is to be written to. */
    | { what: "writer-name"; server: string; answers?: string[] }
    /** Host `host` looks up the database's name as its programs do, by its own resolv.conf. */
    | { what: "resolver"; host: string; answers?: string[] }
    /** Consul server `server`: the state of the database service's check on each host: passing, warning, critical. */
    | {
        what: "consul";
        server: string;
        leader?: string;
        nodes?: Record<string, string>;
        output?: Record<string, string>;
      }
    /** Host `host` runs one of the two programs that may write Icinga's states to the database. */
    | { what: "writer"; host: string; responsible?: boolean }
    /**
     * Master `host`: for each monitored object (`host` or `host!service`) when it was last checked, its state (0 is up or
     * OK) and whether the state is a hard one; of a hard problem also since when. Seconds since 1970 as milliseconds since 1970.
     */
    | {
        what: "icinga";
        host: string;
        objects?: Record<string, { checked: number; state: number; hard: boolean; since?: number }>;
      }
    /** The page for people, through the entry: HTTP status. */
    | { what: "web"; status?: number }
    /** Clock of `host` as `service` (`chrony`, `galera`) has it, against the site's time: seconds, positive when ahead. */
    | { what: "clock"; host: string; service: string; offset?: number; stratum?: number; reach?: number; leap?: string }
    /** A notification that was delivered; `t` is when it was. */
    | { what: "notification"; object: string; type: "PROBLEM" | "RECOVERY" | "OTHER"; state: string; from: string }
  );

/** The way by which the suite's clients go to a service by a host's SSH ended, or is there again: that says nothing of the service. */
export interface WayEvent {
  kind: "way";
  t: number;
  /** By whose SSH. */
  host: string;
  text: string;
}

/** A fact for whoever reads the evidence later. */
export interface Note {
  kind: "note";
  t: number;
  text: string;
}

/** The present time as events carry it. */
export const now = (): number => Math.round((performance.timeOrigin + performance.now()) * 1000) / 1000;
