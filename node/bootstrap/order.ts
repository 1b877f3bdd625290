import { type Decision, decide, type Situation } from "./decide.ts";
import { hasData, type Position, samePosition } from "./evidence.ts";
import { isNodeName } from "./name.ts";
import { parsePosition } from "./position.ts";
import type { Reason } from "./reason.ts";

/**
 * What a person orders a waiting node to do:
 * - `bootstrap`: start the cluster again, although nothing is heard of the nodes left out
 * - `fork`: the same, under a new cluster uuid: one of them may have committed more
 * - `discard`: replace this node's data by that of the primary component
 *
 * It holds for the very position that it names.
 */
export type Order =
  | { order: "bootstrap" | "fork"; position: Position; without: string[] }
  | { order: "discard"; position: Position };

/** Its words, as a node reads them: `<order> <uuid> <seqno> [<host>...]`. */
export const orderWords = (order: Order): string[] => [
  order.order,
  order.position.uuid,
  `${order.position.seqno}`,
  ...(order.order === "discard" ? [] : order.without),
];

/** Characters of an order: a cluster has a few hundred nodes at the most. */
const LONGEST = 16 * 1024;

/** Reads the words of an order, which stand in one line. Undefined for anything else, whatever its size. */
export function parseOrder(text: string): Order | undefined {
  if (text.length > LONGEST) return undefined;
  const [order, uuid = "", seqno = "", ...without] = text.trim().split(/[ \t]+/);
  const position = parsePosition(`${uuid}:${seqno}`);
  if (!position || !without.every(isNodeName)) return undefined;
  if (order === "discard") return without.length === 0 ? { order, position } : undefined;
  return order === "bootstrap" || order === "fork" ? { order, position, without } : undefined;
}

/** Whether an order is carried out, or why it is void. */
export type Obeyed =
  | { obeyed: true; order: "bootstrap" | "fork"; why: Reason }
  | { obeyed: true; order: "discard"; from: string }
  /** It is for another position than this node has. */
  | { obeyed: false; because: "position" }
  /** There is no primary component to take data from. */
  | { obeyed: false; because: "no-primary" }
  /** This is what may be done instead. */
  | { obeyed: false; because: "decision"; decision: Decision };

/**
 * May an order be carried out? Pure. All that it changes is how the silence of the nodes it names is taken: one that answers
 * is heard as ever, so neither two orders nor an old one can make two clusters.
 */
export function obey(given: Order, situation: Situation): Obeyed {
  const { self, peers } = situation;
  if (!hasData(self) || !samePosition(self.position, given.position)) return { obeyed: false, because: "position" };
  const { order } = given;
  if (order === "discard") {
    const primary = peers.find(({ doing }) => doing === "primary");
    return primary ? { obeyed: true, order, from: primary.host } : { obeyed: false, because: "no-primary" };
  }
  const decision = decide({ ...situation, without: given.without });
  const { why } = decision;
  return decision.do === "bootstrap" ? { obeyed: true, order, why } : { obeyed: false, because: "decision", decision };
}
