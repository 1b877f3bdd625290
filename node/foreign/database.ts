import { z } from "zod";
import {
  isAddress,
  isPosition,
  isUuid,
  MOST_MEMBERS,
  parseSeqno,
  parseStanding,
  runningAt,
  type Told,
} from "../bootstrap/index.ts";
import type { OwnState } from "../supervisor/pulse.ts";
import { localState, type PeerState } from "../types.ts";
import { nodeName, small, uuid } from "./shapes.ts";

/** More members than any cluster has. */
const MEMBERS = 64;

const onOff = z.union([z.string(), z.int()]).transform((value) => ["ON", "1"].includes(String(value)));

const ownRow = z.object({
  wsrep_gcomm_uuid: uuid,
  wsrep_cluster_status: z.string().regex(/^[A-Za-z-]{1,40}$/),
  wsrep_cluster_size: small,
  wsrep_local_state: small,
  wsrep_ready: onOff,
  read_only: onOff,
});

const members = z.array(z.object({ uuid: z.unknown(), name: z.unknown() })).max(MEMBERS);

/**
 * What the supervisor's database says of itself and its view; undefined where it has no such state yet. A member is never left out for its
 * form, since a component that seems smaller allows more: it has no name then, or no uuid, and nobody is evicted beside it.
 */
export function readOwnState(row: unknown, rows: unknown): OwnState | undefined {
  const own = ownRow.safeParse(row);
  const view = members.safeParse(rows);
  if (!own.success || !view.success) return undefined;
  return {
    member: own.data.wsrep_gcomm_uuid,
    view: {
      primary: own.data.wsrep_cluster_status === "Primary",
      size: own.data.wsrep_cluster_size,
      members: view.data.map((each) => ({
        uuid: uuid.safeParse(each.uuid).data,
        node: nodeName.safeParse(each.name).data,
      })),
    },
    localState: own.data.wsrep_local_state,
    ready: own.data.wsrep_ready,
    readOnly: own.data.read_only,
  };
}

const evicted = z.tuple([z.object({ evicted: z.literal(1) })]);

/** Whether the database took an eviction: it says so in one row, and not where its view is another one. */
export const readEvicted = (rows: unknown): boolean => evicted.safeParse(rows).success;

/** Characters of an answer that are looked at. */
const ANSWER = 4_000;

const runs =
  /^(primary|non-primary) (\S{36}) (-?\d{1,19}) (\d) (\d{1,3}) (ON|OFF) (writable|read-only)(?: ([^ ]{0,3500}))?$/;
const waits = /trivet waits at (.{1,60}?)(?: \(|$)/;

const status = (name: string) =>
  `(SELECT variable_value FROM information_schema.global_status WHERE variable_name = '${name}')`;

/** What a database is asked of itself: one column, one row. Undefined words (NULL) are left out by MariaDB, and it is of no form then. */
export const nodeQuery = `SELECT CONCAT_WS(' ', LOWER(${status("wsrep_cluster_status")}), ${["wsrep_cluster_state_uuid", "wsrep_last_committed", "wsrep_local_state", "wsrep_cluster_size", "wsrep_ready"].map(status).join(", ")}, IF(@@global.read_only, 'read-only', 'writable'), ${status("wsrep_incoming_addresses")})`;

/** What a database tells of itself. */
export type NodeRow = Omit<Told & { doing: "primary" | "nonprimary" }, "detail">;

/** The answer to that; undefined where it is of another form. */
export function readNode(row: unknown): NodeRow | undefined {
  if (typeof row !== "string" || row.length > ANSWER) return undefined;
  const [, status, id = "", number = "", state, size, ready, writable, addresses = ""] = runs.exec(row) ?? [];
  const seqno = parseSeqno(number);
  if (status === undefined || !isUuid(id) || seqno === undefined || Number(size) > 255) return undefined;
  const doing = status === "primary" ? "primary" : "nonprimary";
  const synced = Number(state) === localState.synced;
  // Those that only vote have none.
  const members = addresses
    .split(",")
    .map((text) => text.replace(/:\d{1,5}$/, "").replace(/^\[(.*)\]$/, "$1"))
    .filter(isAddress);
  const writes = doing === "primary" && synced && ready === "ON" && writable === "writable";
  const { position, cluster } = runningAt({ uuid: id, seqno });
  return {
    doing,
    position: isPosition(position) ? position : "unknown",
    ...(cluster !== undefined && { cluster }),
    size: Number(size),
    synced,
    writes,
    members: members.slice(0, MOST_MEMBERS),
  };
}

/** What is known of a peer by what it tells. */
export function peerState(told: Told | NodeRow): PeerState {
  const { doing } = told;
  switch (doing) {
    case "primary":
    case "nonprimary": {
      const { position, cluster, size, synced } = told;
      return { doing, position, ...(cluster !== undefined && { cluster }), size, synced };
    }
    case "waiting":
      return { doing, position: told.position };
    default:
      return { doing };
  }
}

/**
 * What is known of a peer whose port takes connections, by what it answers or refuses with. Whoever answers may be anybody: only what is
 * of the form that nodes have is believed, and all else says no more than that something is there. That is neither taken for silence,
 * which a person may override, nor for a position.
 */
export function readPeer(said: { row?: unknown; error?: unknown }): PeerState {
  const node = readNode(said.row);
  if (node) return peerState(node);
  if (typeof said.error === "string" && said.error.length <= ANSWER) {
    const position = parseStanding(waits.exec(said.error)?.[1] ?? "");
    if (position !== undefined) return { doing: "waiting", position };
    if (/\b(ER_ACCESS_DENIED_ERROR|1045)\b|Too many connections/.test(said.error)) return { doing: "running" };
  }
  return { doing: "starting" };
}
