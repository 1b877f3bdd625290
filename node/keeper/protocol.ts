import type { Decision, Order, Position, Situation, Standing } from "../bootstrap/index.ts";
import type { Named, PeerState } from "../types.ts";
import type { Room } from "./capacity.ts";
import type { ChoreName } from "./chores.ts";
import type { JoiningLook } from "./joining.ts";
import type { Clients } from "./leaving.ts";
import type { DataFiles, FileChange } from "./position.ts";
import type { ReplicationLook } from "./replication.ts";
import type { StartPlan } from "./start.ts";

/** Whose keeper it is. */
export interface KeeperConfig {
  self: Named;
  /** All other nodes with data. */
  peers: readonly Named[];
  /** Members that vote and have no data. */
  arbitrators: number;
  /** The rules of what may be started: `decide` of `bootstrap/`. */
  plan: (situation: Situation) => Decision;
}

export interface Gates {
  /** Undefined: its settings are not here yet. */
  room?: Room;
  /** Another node takes writes; asked only where it matters. */
  othersWrite: boolean;
  clock: { wrong: boolean; said: string };
}

export type KeeperEvent =
  | { is: "tick" }
  /** Told to stop in good order. */
  | { is: "stop" }
  /** What stands in the data directory. */
  | { is: "files"; files: DataFiles }
  | { is: "recovered"; found?: Position }
  /** One look around: what the peers say, in the order of the configuration, and an order of a person's, which is gone by now. */
  | { is: "around"; peers: PeerState[]; order?: Order | { refused: string } }
  | { is: "gates"; gates: Gates }
  /** Whether a peer still counts the member that this node was. */
  | { is: "counted"; by: boolean }
  /** Whether the report of its death stands; undefined where there is no Consul to ask. */
  | { is: "reported"; stands: boolean | undefined }
  | { is: "joining"; answers: true }
  | { is: "joining"; answers: false; look: JoiningLook }
  | { is: "look"; look?: ReplicationLook }
  | { is: "donor"; giving: boolean; othersWrite: boolean }
  | { is: "capacity"; room?: Room; othersWrite: boolean }
  | { is: "set-read-only"; on: boolean; ok: boolean }
  | { is: "name-left"; ok: boolean }
  | { is: "clients"; clients?: Clients }
  | { is: "transfer-ended"; role: "donor" | "joiner"; ok: boolean }
  | { is: "made"; ok: boolean }
  | { is: "chore"; name: ChoreName; result: "done" | "early" | "failed" }
  /** The database's process ended. */
  | { is: "exited"; code: number | undefined };

export type KeeperEffect =
  | { do: "read-files" }
  | { do: "change-files"; changes: FileChange[] }
  /** The last write-set that InnoDB committed. */
  | { do: "recover" }
  | { do: "look-around"; orders: boolean }
  /** `crowded`: it waits for room already (see `isCrowded`). */
  | { do: "look-gates"; crowded: boolean }
  | { do: "make-database" }
  | { do: "ask-departure" }
  | { do: "ask-report" }
  /** In this order: the files, a new database where one is needed, and the process. */
  | { do: "start"; plan: StartPlan }
  | { do: "look-joining" }
  | { do: "look" }
  | { do: "look-donor" }
  | { do: "look-capacity" }
  | { do: "promote" }
  | { do: "set-read-only"; on: boolean }
  | { do: "end-transfer"; role: "donor" | "joiner" }
  | { do: "leave-name" }
  | { do: "list-clients" }
  | { do: "end-clients"; ids: number[] }
  | { do: "chore"; name: ChoreName }
  | { do: "kill"; signal: "TERM" | "KILL" }
  /** For the health script, as long as the database does not answer itself; `at`: what this node tells those that ask it. */
  | { do: "tell"; told: Told }
  /** Until the next life: it is about to stop. */
  | { do: "tell-leaving" }
  | { do: "exit"; code: number }
  | { do: "log"; text: string };

export interface Told {
  state: string;
  fit: boolean;
  detail: string;
  /** Undefined: no change. Behind it why it waits. */
  at?: { standing: Standing; why?: string };
}

/** The process ends. */
export interface Ended {
  in: "ended";
}
