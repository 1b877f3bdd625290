import { hasData, standingText } from "../types.ts";
import type { BootstrapPlan, Evidence } from "./bootstrap.ts";

/**
 * What a person decided where this node must not (`trivet recover`, docs/decisions/0018), for the very position that it names:
 * - `bootstrap`: start the cluster again, although nothing is heard of these nodes
 * - `fork`: the same, under a new cluster uuid: one of them may have committed more
 * - `discard`: replace this node's data by that of the primary component
 */
export interface Order {
  what: "bootstrap" | "fork" | "discard";
  uuid: string;
  seqno: number;
  without: string[];
}

export interface Obeyed {
  decision: "bootstrap" | "fork" | "discard" | "void";
  reason: string;
}

/**
 * May an order be carried out? All that it changes is how the silence of the nodes it names is taken: one that answers is heard as
 * ever, so neither two orders nor an old one can make two clusters.
 */
export function obey(order: Order, evidence: Evidence, plan: (evidence: Evidence) => BootstrapPlan): Obeyed {
  const { at } = evidence.self;
  const given = standingText(order);
  const own = typeof at === "object" && "size" in at ? "running" : standingText(at);
  if (!hasData(order) || own !== given) {
    return { decision: "void", reason: `it is for the position ${given}, and this is ${own}` };
  }
  if (order.what === "discard") {
    const primary = evidence.peers.find(({ state }) => state.is === "runs" && state.status === "primary");
    return primary
      ? { decision: "discard", reason: `this node's data was given up for that of ${primary.name}` }
      : { decision: "void", reason: "no primary component is there to take data from" };
  }
  const heard = evidence.peers.filter(({ state }) => state.is !== "silent" && state.is !== "absent");
  const { decision, reason } = plan({
    ...evidence,
    peers: evidence.peers.filter((peer) => heard.includes(peer) || !order.without.includes(peer.name)),
    without: [
      ...(evidence.without ?? []),
      ...order.without.filter((name) => heard.every((peer) => peer.name !== name)),
    ],
  });
  return decision === "bootstrap"
    ? { decision: order.what, reason }
    : { decision: "void", reason: `${decision}, ${reason}` };
}
