import { Failure } from "../../core/errors.ts";
import { type Contradicted, type Evidence, positionText, settle as settled } from "../../node/bootstrap/index.ts";
import type { Plan } from "./plan.ts";

/** The nodes are no longer as they were when the plan was made; nothing was started. */
export class Contradiction extends Failure {
  override name = "Contradiction";
}

/**
 * The one to start, once all are stopped and their volumes were read again. Pure.
 *
 * @throws {Contradiction}
 */
export function settle(plan: Plan, nodes: readonly Evidence[]): Plan["bootstrap"] {
  const chosen = settled(plan, nodes);
  if ("contradicts" in chosen) throw new Contradiction(text(chosen, nodes));
  return chosen;
}

function text(why: Contradicted, nodes: readonly Evidence[]): string {
  switch (why.contradicts) {
    case "unclear": {
      const { doing, position, detail } = nodes.find(({ host }) => host === why.host)!;
      return `${why.host} was to be stopped with a position that can be read, and is ${doing} at ${positionText(position)} (${detail}).`;
    }
    case "other-cluster":
      return `${why.host} has data of another cluster now: ${positionText(why.position)}.`;
    case "lower":
      return `The highest position was ${why.was}, and is ${why.is ?? "gone"} now.`;
  }
}
