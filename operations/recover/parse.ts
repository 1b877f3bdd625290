import type { Evidence, NoPosition, Position } from "./evidence.ts";

/** The image's script that tells all of this. */
export const EVIDENCE = "/usr/local/lib/trivet/evidence";

/** Its output. */
export interface Told {
  grastate: { uuid: string; seqno: number; safeToBootstrap: boolean; changed: number } | null;
  view: { own: string; id: string; number: number; seen: number; members: string[] } | null;
  /** A state transfer began here and did not end. */
  transfer: boolean;
  /** There is a database, part of a cluster or not. */
  database: boolean;
  /** `<uuid>:<seqno>` as InnoDB knows it, empty when it was not asked or could not tell; then why not, in its own words. */
  recovered: string;
  log: string;
  /** The waiting entrypoint tells its peers its position, and in brackets why it waits. */
  told: string | null;
  waiting: { state: string; detail: string } | null;
  /** Whether mariadbd is there, and what it answers. */
  process: boolean;
  running: { status: string; uuid: string; seqno: number; size: number; state: string; members: string } | null;
}

/** @throws when it is not what the image's script prints */
export function parseTold(stdout: string, stderr: string): Told {
  try {
    return JSON.parse(stdout);
  } catch {
    throw new Error(`evidence printed no JSON: ${(stdout + stderr).trim().slice(0, 200) || "nothing at all"}`);
  }
}

const NO_UUID = "00000000-0000-0000-0000-000000000000";

/** @param up whether the container runs; else its volume was read by another one */
export function parseEvidence(host: string, told: Told, up: boolean): Evidence {
  const common = {
    host,
    safeToBootstrap: told.grastate?.safeToBootstrap ?? false,
    changed: told.grastate?.changed,
    view: told.view ?? undefined,
  };
  if (!up)
    return {
      ...common,
      doing: "stopped",
      detail: told.recovered ? "" : told.log.replaceAll("\n", "; "),
      position: stoppedPosition(told),
      stop: stopOf(told),
    };
  const { running, waiting } = told;
  if (running) {
    const doing = running.status === "Primary" ? "primary" : "nonprimary";
    const detail = `${running.status}, ${running.state}, members ${running.members.replaceAll(/:\d*/g, "").replaceAll(",", ", ")}`;
    const { size, state } = running;
    return { ...common, doing, detail, position: runningPosition(running), size, synced: state === "Synced" };
  }
  const detail = waiting ? `${waiting.state}: ${waiting.detail}` : "the database does not answer";
  if (told.process || !waiting || waiting.state === "starting" || waiting.state === "recovering") {
    return { ...common, doing: "starting", detail, position: "unknown", joins: waiting ? joins(waiting) : false };
  }
  const refused = waiting.detail.startsWith(REFUSED);
  return { ...common, doing: "waiting", detail, position: waitingPosition(told), stop: stopOf(told), refused };
}

/** components/galera/images/galera/entrypoint says these two only in words: they become fields here, and nobody else reads the words. */
const REFUSED = "an order was not obeyed: ";
const joins = ({ state, detail }: NonNullable<Told["waiting"]>) => state === "starting" && /^join\b/.test(detail);

function runningPosition({ uuid, seqno }: { uuid: string; seqno: number }): Position | NoPosition {
  return uuid === NO_UUID || seqno < 0 ? "unknown" : { uuid, seqno };
}

/** An interrupted transfer spoils whatever grastate.dat says: mariadb-operator#1108 bootstrapped from one. */
const isIncomplete = ({ grastate, transfer }: Told): boolean => transfer || grastate?.uuid === NO_UUID;

function stoppedPosition(told: Told): Position | NoPosition {
  const { grastate, database, recovered } = told;
  if (isIncomplete(told)) return "incomplete";
  if (!grastate) return database ? "unreadable" : "empty";
  if (grastate.seqno >= 0) return { uuid: grastate.uuid, seqno: grastate.seqno };
  const [uuid, seqno] = recovered.split(":");
  return uuid === grastate.uuid && /^\d+$/.test(seqno ?? "") ? { uuid, seqno: Number(seqno) } : "unreadable";
}

function waitingPosition(told: Told): Position | NoPosition {
  if (isIncomplete(told)) return "incomplete";
  const [first, second] = told.told?.trim().split(" ") ?? [];
  if (first === "empty" || first === "incomplete" || first === "unreadable") return first;
  if (first && /^[0-9a-f-]{36}$/.test(first) && /^\d+$/.test(second ?? ""))
    return { uuid: first, seqno: Number(second) };
  return told.database ? "unreadable" : "unknown";
}

function stopOf({ grastate }: Told): Evidence["stop"] {
  if (!grastate || grastate.uuid === NO_UUID) return undefined;
  return grastate.seqno >= 0 ? "clean" : "crash";
}
