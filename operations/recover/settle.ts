import { Failure } from "../../core/errors.ts";
import { type Evidence, hasData, type Position, positionText } from "./evidence.ts";
import type { Plan } from "./plan.ts";

/** The nodes are no longer as they were when the plan was made; nothing was started. */
export class Contradiction extends Failure {
  override name = "Contradiction";
}

/**
 * The one to start, once all are stopped and their volumes were read again. A database that ran without quorum may by now
 * have applied what it had only received, so the highest may be another, or higher; never lower, and of no other cluster. Pure.
 *
 * @throws {Contradiction}
 */
export function settle({ bootstrap, leftOut }: Plan, nodes: readonly Evidence[]): { host: string; position: Position } {
  const present = nodes.filter(({ host }) => !leftOut.includes(host)).toSorted((a, b) => (a.host < b.host ? -1 : 1));
  const unclear = present.find(
    ({ doing, position }) => doing !== "stopped" || position === "unknown" || position === "unreadable",
  );
  if (unclear) {
    throw new Contradiction(
      `${unclear.host} was to be stopped with a position that can be read, and is ${unclear.doing} at ${positionText(unclear.position)} (${unclear.detail}).`,
    );
  }
  const { uuid, seqno } = bootstrap.position;
  const candidates = present.filter(hasData);
  const other = candidates.find(({ position }) => position.uuid !== uuid);
  if (other) throw new Contradiction(`${other.host} has data of another cluster now: ${positionText(other.position)}.`);
  const highest = Math.max(...candidates.map(({ position }) => position.seqno));
  if (!(highest >= seqno)) {
    throw new Contradiction(`The highest position was ${seqno}, and is ${candidates.length ? highest : "gone"} now.`);
  }
  const chosen = candidates.find(({ position }) => position.seqno === highest)!;
  return { host: chosen.host, position: chosen.position };
}
