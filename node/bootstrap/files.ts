import type { Evidence, Position, Standing, View } from "./evidence.ts";
import { isUuid, NO_UUID, parsePosition, parseSeqno } from "./position.ts";

/** What a text says, or why nothing of it is believed: in few words, with no more of it than can be shown. */
export type Read<T> = { value: T; dropped?: undefined } | { value?: undefined; dropped: string };

/** Characters of a state file: Galera's own have some hundred, and a line for each member. */
const LONGEST_FILE = 64 * 1024;
/** Characters at the end of a log that are looked at. InnoDB may say a lot of damaged pages before. */
const END_OF_LOG = 1024 * 1024;
const MOST_MEMBERS = 255;

const dropped = (why: string): { dropped: string } => ({ dropped: why });
const shown = (text: string): string => JSON.stringify(text.slice(0, 60));

/** The values of `<key>: <value>`, a line each. */
const valuesOf = (text: string, key: string): string[] =>
  text
    .split("\n")
    .filter((line) => line.startsWith(`${key}:`))
    .map((line) => line.slice(key.length + 1).trim());

/** What Galera keeps beside the data (grastate.dat). `seqno` is -1 while the database runs, and so it stays after a crash. */
export interface Grastate {
  uuid: string;
  seqno: number;
  safeToBootstrap: boolean;
}

/** Reads a grastate.dat. One that is empty was being written when the node was killed. */
export function readGrastate(text: string): Read<Grastate> {
  if (text.length > LONGEST_FILE) return dropped(`grastate.dat has ${text.length} characters`);
  const [uuid = ""] = valuesOf(text, "uuid");
  const [seqno = ""] = valuesOf(text, "seqno");
  const [safe] = valuesOf(text, "safe_to_bootstrap");
  return checkGrastate({ uuid, seqno: parseSeqno(seqno), safeToBootstrap: safe === "1" }, seqno);
}

/** The same of values that another program has read. */
export function checkGrastate(
  { uuid, seqno, safeToBootstrap }: Omit<Grastate, "seqno"> & { seqno: number | undefined },
  written = `${seqno}`,
): Read<Grastate> {
  if (!isUuid(uuid)) return dropped(`grastate.dat has the uuid ${shown(uuid)}`);
  if (seqno === undefined || !Number.isSafeInteger(seqno) || seqno < -1)
    return dropped(`grastate.dat has the seqno ${shown(written)}`);
  return { value: { uuid, seqno, safeToBootstrap } };
}

/**
 * Reads a gvwstate.dat. One without its end is not believed: a view that seems smaller than it was allows more.
 *
 * @param seen when the file was written, seconds since 1970
 */
export function readGvwstate(text: string, seen: number): Read<View> {
  if (text.length > LONGEST_FILE) return dropped(`gvwstate.dat has ${text.length} characters`);
  if (!/^#vwend\s*$/m.test(text)) return dropped("gvwstate.dat has no end");
  const [own = ""] = valuesOf(text, "my_uuid");
  const [, id = "", number = ""] = valuesOf(text, "view_id")[0]?.split(/\s+/) ?? [];
  const members = valuesOf(text, "member").map((member) => member.split(/\s+/)[0]!);
  return checkView({ own, id, number: parseSeqno(number) ?? -1, seen, members });
}

/** The same of values that another program has read. */
export function checkView(view: View): Read<View> {
  const { own, id, number, seen, members } = view;
  const stranger = [own, id, ...members].find((uuid) => !isUuid(uuid));
  if (stranger !== undefined) return dropped(`gvwstate.dat has the uuid ${shown(stranger)}`);
  if (!Number.isSafeInteger(number) || number < 0) return dropped("gvwstate.dat has no number of its view");
  if (!Number.isFinite(seen)) return dropped("gvwstate.dat has no time");
  if (members.length > MOST_MEMBERS) return dropped(`gvwstate.dat has ${members.length} members`);
  if (new Set(members).size < members.length) return dropped("gvwstate.dat has a member twice");
  if (!members.includes(own)) return dropped("gvwstate.dat does not name its own node as a member");
  return { value: { own, id, number, seen, members } };
}

/** The last position in what `mariadbd --wsrep-recover` printed. A database that was never in a cluster has none. */
export function readRecovered(log: string): Read<Position> {
  const [last] = log
    .slice(-END_OF_LOG)
    .matchAll(/Recovered position: *([^\r\n]*)/g)
    .toArray()
    .slice(-1);
  if (!last) return dropped("--wsrep-recover told no position");
  const value = parsePosition(last[1]!);
  return value ? { value } : dropped(`--wsrep-recover told ${shown(last[1]!)}`);
}

/** What a data directory tells of its position, as far as it could be read. */
export interface Files {
  /** There is a database, part of a cluster or not. */
  database: boolean;
  /** A state transfer began here and did not end. */
  transfer: boolean;
  /** Absent: there is no such file. */
  grastate?: Read<Grastate>;
  /** What InnoDB knows; asked after a crash alone. */
  recovered?: Position;
}

/** An interrupted transfer spoils whatever grastate.dat says: mariadb-operator#1108 bootstrapped from one. */
const isIncomplete = ({ grastate, transfer }: Files): boolean => transfer || grastate?.value?.uuid === NO_UUID;

/** Whether InnoDB has to be asked for the position: it was not stopped cleanly. */
export const mustRecover = (files: Files): boolean => !isIncomplete(files) && files.grastate?.value?.seqno === -1;

/** The position of a node whose database does not run. */
export function positionOf(files: Files): Standing {
  const { grastate, database, recovered } = files;
  // Before a look at what can't be read: the rest of a transfer over it is nobody's data.
  if (isIncomplete(files)) return "incomplete";
  if (!grastate) return database ? "unreadable" : "empty";
  if (!grastate.value) return "unreadable";
  const { uuid, seqno } = grastate.value;
  if (seqno >= 0) return { uuid, seqno };
  return recovered?.uuid === uuid ? recovered : "unreadable";
}

/** How it stopped, as its grastate.dat says. */
export function stopOf({ grastate }: Files): Evidence["stop"] {
  if (!grastate?.value || grastate.value.uuid === NO_UUID) return undefined;
  return grastate.value.seqno >= 0 ? "clean" : "crash";
}
