import type { Order, Position } from "./bootstrap/index.ts";
import type { Sifted } from "./foreign/consul.ts";
import type { Capacity } from "./foreign/files.ts";
import type { Clients } from "./keeper/leaving.ts";
import type { DataFiles, FileChange } from "./keeper/position.ts";
import type { Told } from "./keeper/protocol.ts";
import type { ReplicationLook } from "./keeper/replication.ts";
import type { Status } from "./supervisor/machine.ts";
import type { OwnState } from "./supervisor/pulse.ts";
import type { Service, Store, View } from "./supervisor/situation.ts";
import type { Millis, Named, PeerState } from "./types.ts";

/**
 * The world as the loop sees it. Each port reads what others wrote by the forms of `foreign/`, has a limit of time for every question, and
 * answers without throwing: what can't be had is undefined, and what could not be done is false.
 */

/** Time that nobody sets: never that of the wall (docs/decisions/0026). */
export interface Clock {
  now(): Millis;
  /** Resolves after that time, or at once when the signal is aborted. */
  sleep(duration: Millis, signal: AbortSignal): Promise<void>;
}

export interface Log {
  say(text: string): void;
}

/** The database beside a supervisor, as the user that may do two things: see who is a member, and evict one. */
export interface WatchedDatabase {
  /** Two connections in place of former ones. `broken` is called once, when any of them ends or can't be made. */
  connect(broken: () => void): void;
  close(): void;
  /** Resolves when the question for a sign of life is answered; never when it is not. */
  ping(): Promise<boolean>;
  state(): Promise<OwnState | undefined>;
  /**
   * Has it leave that member behind, unless its view is another one by now: asked in the same breath, since of two members, or of what is
   * no majority, it must not. In the order of the calls, as `forget`.
   */
  evict(member: string, view: View): Promise<boolean>;
  /** Has it forget all that it left behind. */
  forget(): Promise<boolean>;
  /** By the kernel's list of sockets: a connection that is tried leaves a warning in the database's log. */
  listening(): boolean;
}

/** Consul's agent of the same host, in the words of the supervisors. `true`: it took it, which is its quorum's word. */
export interface Consul {
  /** Calls with the store at once, whenever it changes, and with undefined when it can't be asked; until aborted. */
  watchStore(changed: (read: Sifted<Store> | undefined) => void, signal: AbortSignal): Promise<void>;
  watchService(changed: (read: Sifted<Service> | undefined) => void, signal: AbortSignal): Promise<void>;
  /** Our session of a former life, or a new one. */
  openSession(): Promise<string | undefined>;
  sessionStands(session: string): Promise<boolean>;
  endSession(session: string): Promise<boolean>;
  /** Lock and name, together or not at all. */
  nameWriter(session: string): Promise<boolean>;
  releaseWriter(session: string): Promise<boolean>;
  /** Only while the lock was not changed since that index. */
  unnameWriter(index: number): Promise<boolean>;
  /** Only where there is no report yet. */
  report(member: string): Promise<boolean>;
  /** Only the report of that index. */
  closeReport(index: number): Promise<boolean>;
  /** Only while that report stands: what comes later would count for the next one of the same member. */
  reportCleared(node: string, member: string, index: number): Promise<boolean>;
  setMaintenance(on: boolean): Promise<boolean>;
}

/** What a keeper asks Consul's agent. */
export interface KeeperConsul {
  /** Undefined: there is no Consul to ask. */
  reportStands(): Promise<boolean | undefined>;
  /** Puts its services into maintenance mode; false where Consul took none. */
  leaveName(): Promise<boolean>;
  /** Ends the maintenance mode of its services that leaving put them into. */
  comeBack(): Promise<boolean>;
}

/** The other nodes' databases and keepers. */
export interface Peers {
  ask(peer: Named): Promise<PeerState>;
  /** It takes writes: Primary, Synced, ready and not read-only. */
  writes(peer: Named): Promise<boolean>;
  /** Its primary component has a member at that address. */
  counts(peer: Named, address: string): Promise<boolean>;
}

/** The database that a keeper starts, as its root. */
export interface OwnDatabase {
  /** It takes connections, or has no place left for one. */
  answers(): Promise<boolean>;
  look(): Promise<ReplicationLook | undefined>;
  /** Has its component be the primary one. */
  promote(): Promise<boolean>;
  setReadOnly(on: boolean): Promise<boolean>;
  clients(): Promise<Clients | undefined>;
  endClients(ids: readonly number[]): Promise<boolean>;
  /** Databases, users and the settings that came meanwhile; `early`: it is not Synced yet. */
  makeUsers(): Promise<"done" | "early" | { failed: string }>;
}

/** Processes of the database's container. */
export interface Processes {
  /** Calls once it has ended. */
  start(options: readonly string[], exited: (code: number | undefined) => void): void;
  kill(signal: "TERM" | "KILL"): void;
  /** What InnoDB committed last, after a crash. */
  recover(): Promise<Position | undefined>;
  makeDatabase(): Promise<boolean>;
  /** Ends the script of a transfer; false when there is none. */
  endTransfer(role: "donor" | "joiner"): Promise<boolean>;
  /** A donor's script runs here. */
  gives(): Promise<boolean>;
  /** A donor is at the other end of the joiner's port, or what it sent is being worked into the data. */
  isFed(): Promise<boolean>;
}

/** Files of the database's host. */
export interface Files {
  /** What a former life was told and told is over. */
  beginLife(): Promise<DataFiles>;
  change(changes: readonly FileChange[]): Promise<void>;
  asksForData(): Promise<boolean>;
  /** A person's order, which is gone before anybody looks at it. */
  takeOrder(): Promise<Order | { refused: string } | undefined>;
  capacity(): Promise<Capacity | undefined>;
  /** Percent of the fuller of its file systems. */
  used(capacity: Capacity): Promise<number>;
}

/** Whether the clock of this host is right (docs/decisions/0016). */
export interface SiteTime {
  judge(): Promise<{ wrong: boolean; said: string }>;
}

/** What the health script and whoever asks a waiting node are told. */
export interface Teller {
  keeper(told: Told): Promise<void>;
  leaving(): Promise<void>;
  /** Why its databases and users can't be made: it is not fit as long. */
  users(failed: string): Promise<void>;
  /** Whether this node is fit, in the words of its health script. */
  fit(): Promise<boolean>;
}

export interface StatusFile {
  write(status: Status): Promise<void>;
}
