import { type Evidence, type Recovery, recover } from "../../node/bootstrap/index.ts";
import { groundText, type Refusal, refusalText } from "./text.ts";

/** A recovery, and why so, a sentence each. */
export type Plan = Omit<Recovery, "grounds"> & { why: string[] };

export type Outcome = { plan: Plan; refusals?: undefined } | { plan?: undefined; refusals: Refusal[] };

export interface PlanOptions {
  /** Hosts to go on without: what only they committed may be lost. */
  without?: readonly string[];
  /** How many members of the cluster only vote. */
  withoutData?: number;
}

/** How to start a cluster again that has no primary component, or why not, and what to do (node/bootstrap/recovery.ts). Pure. */
export function plan(nodes: readonly Evidence[], { without, withoutData }: PlanOptions = {}): Outcome {
  const { recovery, refusals } = recover(nodes, { without, arbitrators: withoutData });
  if (!recovery) return { refusals: refusals.map((why) => ({ reason: why.reason, text: refusalText(why, nodes) })) };
  const { grounds, ...steps } = recovery;
  return { plan: { ...steps, why: grounds.map(groundText) } };
}
