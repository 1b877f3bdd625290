import { type Grastate, NO_UUID } from "../foreign/files.ts";
import type { Position, Standing } from "../types.ts";

/** What stands in the data directory when a life begins. */
export interface DataFiles {
  /** grastate.dat: its content; `torn` where it is of no such form; undefined where there is none. */
  grastate?: Grastate | "torn";
  /** A state transfer began and did not end. */
  transfer: boolean;
  /** A new database is being made here: what stands beside that mark is nobody's data. */
  installing: boolean;
  /** There is a database. */
  database: boolean;
  /** Members of the last view (gvwstate.dat); undefined without one. */
  lastView?: number;
}

export type FileChange =
  | "drop-forked"
  | "put-aside-forked"
  /** From now on what is here counts as the rest of an interrupted state transfer. */
  | "give-up-data"
  | "drop-transfer-mark"
  | "drop-installing-mark"
  | "drop-last-view"
  | "clear-data"
  | "safe-to-bootstrap";

export type Reading =
  | { standing: Standing; changes: FileChange[] }
  /** It was not stopped in good order: InnoDB knows the last write-set that it committed. */
  | { recover: string; changes: FileChange[] }
  | { refused: string };

/** Where the data of this node stands, by its files (docs/decisions/0010, "What is looked at"). What a fork that came to nothing put aside is back by then. */
export function readPosition(files: DataFiles): Reading {
  const { grastate } = files;
  if (grastate === undefined) {
    if (files.database && !files.installing) {
      return {
        refused: "there is a database here that was never part of a cluster: move it away, or restore it as a dump",
      };
    }
    return { standing: "empty", changes: [] };
  }
  const changes: FileChange[] = ["drop-forked"];
  // A transfer that did not end leaves a mixture, whatever position it began at.
  if (files.transfer)
    return {
      standing: "incomplete",
      changes: [...changes, "give-up-data", "drop-transfer-mark", "drop-installing-mark"],
    };
  changes.push("drop-installing-mark");
  // Killed while it was being written for the first time.
  if (grastate === "torn") return { standing: "unreadable", changes };
  if (grastate.uuid === NO_UUID) return { standing: "incomplete", changes };
  if (grastate.seqno === -1) return { recover: grastate.uuid, changes };
  return { standing: grastate, changes };
}

/** What InnoDB's recovery found counts only for the cluster that grastate.dat names: what else it says is of unknown age. */
export const recoveredStanding = (uuid: string, found: Position | undefined): Standing =>
  found?.uuid === uuid ? found : "unreadable";
