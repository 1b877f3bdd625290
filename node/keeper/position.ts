import { type Files, mustRecover, positionOf, type Read, type Standing, type View } from "../bootstrap/index.ts";

/** What stands in the data directory when a life begins. */
export interface DataFiles extends Files {
  /** A new database is being made here: what stands beside that mark is nobody's data. */
  installing: boolean;
  /** The last view (gvwstate.dat); undefined without one. */
  view?: Read<View>;
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
  /** `recover`: it was not stopped in good order, and InnoDB knows the last write-set that it committed. */
  { standing: Standing | "recover"; changes: FileChange[] } | { refused: string };

/** Where the data of this node stands, by its files (docs/decisions/0010, "What is looked at"). What a fork that came to nothing put aside is back by then. */
export function readPosition(files: DataFiles): Reading {
  const { grastate, transfer, database, installing } = files;
  if (!grastate && !transfer) {
    if (database && !installing) {
      return {
        refused: "there is a database here that was never part of a cluster: move it away, or restore it as a dump",
      };
    }
    return { standing: "empty", changes: [] };
  }
  const changes: FileChange[] = [
    "drop-forked",
    ...(transfer ? (["give-up-data", "drop-transfer-mark"] as const) : []),
    "drop-installing-mark",
  ];
  return { standing: mustRecover(files) ? "recover" : positionOf(files), changes };
}
