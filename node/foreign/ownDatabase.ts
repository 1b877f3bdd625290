import { z } from "zod";
import { isUuid, NO_UUID, parseSeqno } from "../bootstrap/index.ts";
import type { Clients } from "../keeper/leaving.ts";
import type { ReplicationLook } from "../keeper/replication.ts";
import { small } from "./shapes.ts";

/** What the keeper's own database says: it may be of another version, or half started. */

/** More clients than any node takes (`max_connections` is 100,000 at the most). */
const CLIENTS = 101_000;

/** Any: it is shown, and compared with `Primary`. */
const status = z.string().regex(/^[A-Za-z-]{1,40}$/);
const flag = z.enum(["ON", "OFF", "1", "0"]).transform((value) => value === "ON" || value === "1");

const statuses = { Primary: "primary", "non-Primary": "nonprimary", Disconnected: "disconnected" } as const;

const replication = z.object({
  wsrep_cluster_status: z.enum(["Primary", "non-Primary", "Disconnected"]).transform((value) => statuses[value]),
  // One that knows no cluster yet has none.
  wsrep_cluster_state_uuid: z.string().transform((value) => (isUuid(value) ? value : NO_UUID)),
  wsrep_last_committed: z.string().transform(parseSeqno).pipe(z.int()),
  wsrep_local_state: small,
  wsrep_cluster_size: small,
  wsrep_ready: flag,
  /** Null where there is no applier. */
  idle: flag.nullable(),
});

/** Undefined where its replication has no such state. */
export function readReplication(row: unknown): ReplicationLook | undefined {
  const { data } = replication.safeParse(row);
  return (
    data && {
      status: data.wsrep_cluster_status,
      uuid: data.wsrep_cluster_state_uuid,
      lastCommitted: data.wsrep_last_committed,
      localState: data.wsrep_local_state,
      size: data.wsrep_cluster_size,
      ready: data.wsrep_ready,
      idle: data.idle ?? false,
    }
  );
}

const client = z.object({
  id: z
    .string()
    .regex(/^\d{1,19}$/)
    .transform(Number)
    .pipe(z.int()),
  doing: z.enum(["idle", "busy"]),
});

export function readClients(rows: unknown): Clients | undefined {
  const { data } = z.array(client).max(CLIENTS).safeParse(rows);
  return (
    data && {
      idle: data.filter(({ doing }) => doing === "idle").map(({ id }) => id),
      busy: data.filter(({ doing }) => doing === "busy").length,
    }
  );
}

const state = z.object({
  wsrep_cluster_status: status,
  wsrep_local_state: small,
  wsrep_local_state_comment: z.string().max(100),
  wsrep_ready: flag,
  wsrep_cluster_size: small,
  wsrep_cluster_state_uuid: z.string().max(100),
  // Later versions know more kinds of read-only.
  read_only: z
    .string()
    .max(40)
    .transform((value) => value !== "0" && value !== "OFF"),
  /** Microseconds since 1970: exact in a number for 200 years. */
  time: z
    .string()
    .regex(/^\d{1,16}$/)
    .transform(Number)
    .pipe(z.int()),
});

/** A database's state in its own words, as those that ask for its health are told it. */
export interface DatabaseState {
  clusterStatus: string;
  localState: number;
  localStateComment: string;
  ready: boolean;
  clusterSize: number;
  clusterUuid: string;
  readOnly: boolean;
  /** What time it has: microseconds since 1970. */
  time: number;
}

export function readDatabaseState(row: unknown): DatabaseState | undefined {
  const { data } = state.safeParse(row);
  return (
    data && {
      clusterStatus: data.wsrep_cluster_status,
      localState: data.wsrep_local_state,
      localStateComment: data.wsrep_local_state_comment,
      ready: data.wsrep_ready,
      clusterSize: data.wsrep_cluster_size,
      clusterUuid: data.wsrep_cluster_state_uuid,
      readOnly: data.read_only,
      time: data.time,
    }
  );
}
