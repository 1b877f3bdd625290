import { isPosition, type Standing, startPosition } from "../bootstrap/index.ts";
import type { FileChange } from "./position.ts";

/** How a database is to be started, once it is clear that it may. */
export interface StartPlan {
  changes: FileChange[];
  /** The files of a new, empty database are to be there. */
  makeDatabase: boolean;
  /** Arguments of mariadbd, but for those of its configuration. */
  options: string[];
}

export interface Start {
  decision: "join" | "rejoin" | "bootstrap";
  /** Under a new uuid. */
  fork: boolean;
  standing: Standing;
  /** The cluster was made a moment ago, while this node waited. */
  fresh: boolean;
  /** Its disk is full. */
  readOnly: boolean;
}

export function startPlan({ decision, fork, standing, fresh, readOnly }: Start): StartPlan {
  const changes: FileChange[] = [];
  // A new uuid is made where none is known. What the database holds stays as it is.
  const options = isPosition(standing) && !fork ? [`--wsrep-start-position=${startPosition(standing)}`] : [];
  if (fork) changes.push("put-aside-forked");
  if (decision === "bootstrap") {
    if (standing !== "empty" && !fork) changes.push("safe-to-bootstrap");
    options.push("--wsrep-new-cluster");
  }
  if (decision === "join") {
    if (standing === "empty") changes.push("clear-data");
    // rsync is quickest, and there are no writes yet that it would hold up.
    if (fresh) options.push("--wsrep-sst-method=rsync");
  }
  if (readOnly) options.push("--read-only");
  // The last view counts only where its members find together again.
  if (decision !== "rejoin") changes.push("drop-last-view");
  return { changes, makeDatabase: decision === "bootstrap" && standing === "empty", options };
}

/** Does the end of a database change what its next start knows? The last view's members did not find together: next time it waits. */
export const afterExit = (decision: Start["decision"], code: number | undefined): FileChange[] =>
  decision === "rejoin" && code === 1 ? ["drop-last-view"] : [];
