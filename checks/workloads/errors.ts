import type { Outcome } from "../history/events.ts";

/**
 * How far an operation had come when it went wrong: no session yet; a read; one statement in autocommit; a transaction whose
 * COMMIT was not sent; the COMMIT itself.
 */
export type Step = "connect" | "read" | "write" | "transaction" | "commit";

const UNKNOWN_COMMAND = 1047; // WSREP has not yet prepared node for application use
const LOCK_WAIT_TIMEOUT = 1205;
const LOCK_DEADLOCK = 1213; // also a failed certification
const OPTION_PREVENTS_STATEMENT = 1290; // read_only

/** Answers of the server after which a statement in autocommit, all of its transaction, is surely not done. */
const refusals = [UNKNOWN_COMMAND, LOCK_WAIT_TIMEOUT, LOCK_DEADLOCK, OPTION_PREVENTS_STATEMENT];

/** An operation that was not acknowledged: surely not done (`fail`), or nobody knows (`unknown`). */
export class Unacknowledged extends Error {
  override name = "Unacknowledged";
  readonly outcome: Outcome;

  constructor(cause: unknown, step: Step) {
    super(describe(cause), { cause });
    this.outcome = outcomeOf(cause, step);
  }
}

/** Unknown unless it is sure that nothing was done. */
export function outcomeOf(error: unknown, step: Step): "fail" | "unknown" {
  const errno = (error as { errno?: unknown } | null)?.errno as number;
  switch (step) {
    // Nothing was sent that could change anything; without its COMMIT a server rolls a transaction back.
    case "connect":
    case "read":
    case "transaction":
      return "fail";
    case "write":
      return refusals.includes(errno) ? "fail" : "unknown";
    case "commit":
      return errno === LOCK_DEADLOCK ? "fail" : "unknown";
  }
}

function describe(error: unknown): string {
  const { code, errno, message } = error as { code?: string; errno?: number; message?: string };
  const number = errno !== undefined && errno > 0 ? ` ${errno}` : "";
  return `${code ?? "error"}${number}: ${message || String(error)}`;
}
