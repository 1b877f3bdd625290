import type { Evidence, Position, Standing } from "./evidence.ts";

/** What Galera writes where it knows no cluster: before a first state transfer, and while one goes on. */
export const NO_UUID = "00000000-0000-0000-0000-000000000000";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const GTID = /^\d{1,10}-\d{1,10}-\d{1,20}$/;
/** Characters of the longest position: a uuid, 19 digits, a GTID. */
const LONGEST = 120;

/** Whether a text is a uuid as Galera writes it. */
export const isUuid = (text: string): boolean => UUID.test(text);

/** A sequence number as Galera writes it; undefined where it is none, or greater than any cluster has reached (2^53). */
export function parseSeqno(text: string): number | undefined {
  const seqno = /^(-1|\d{1,16})$/.test(text) ? Number(text) : undefined;
  return seqno !== undefined && Number.isSafeInteger(seqno) ? seqno : undefined;
}

/**
 * `<uuid>:<seqno>`, as Galera and `mariadbd --wsrep-recover` write it. With `wsrep_gtid_mode` MariaDB adds its own words for the
 * same write-set, `<uuid>:<seqno>,<domain>-<server>-<seqno>`, and some versions have these two the other way round. A GTID
 * alone is no position: it does not say of which cluster it is. Undefined for anything else, whatever its size.
 */
export function parsePosition(text: string): Position | undefined {
  if (text.length > LONGEST) return undefined;
  const [, uuid, words] = /^([^:]+):(.+)$/.exec(text.trim()) ?? [];
  if (!uuid || !words || !isUuid(uuid) || uuid === NO_UUID) return undefined;
  const parts = words.split(/, ?| /);
  const gtids = parts.filter((part) => GTID.test(part));
  const seqnos = parts.filter((part) => !GTID.test(part));
  const seqno = parseSeqno(seqnos[0] ?? "");
  if (seqnos.length !== 1 || gtids.length > 1 || seqno === undefined || seqno < 0) return undefined;
  return { uuid, seqno, ...(gtids[0] !== undefined && { gtid: gtids[0] }) };
}

/** A position as a waiting node tells it to those that ask: `<uuid> <seqno>`, or by a word that it has none. Undefined for anything else. */
export function parseStanding(text: string): Standing | undefined {
  if (text === "empty" || text === "incomplete" || text === "unreadable") return text;
  return parsePosition(text.replace(" ", ":"));
}

/** Where a running database stands, by what it says: one that has not committed anything yet names its cluster, and the seqno -1. */
export function runningAt({ uuid, seqno }: Position): Pick<Evidence, "position" | "cluster"> {
  const position = parsePosition(`${uuid}:${seqno}`);
  if (position) return { position };
  return { position: "unknown", ...(isUuid(uuid) && uuid !== NO_UUID && { cluster: uuid }) };
}

/** What MariaDB takes as `--wsrep-start-position`: with its GTID, which it would count anew otherwise. */
export const startPosition = ({ uuid, seqno, gtid }: Position): string =>
  `${uuid}:${seqno}${gtid === undefined ? "" : `,${gtid}`}`;
