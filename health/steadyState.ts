import { problem } from "../components/judgement.ts";
import { judges } from "../components/steady.ts";
import type { Observation, Problem } from "../core/health.ts";
import type { Inventory } from "../core/inventory.ts";

/** A service as a person reads it. */
export interface Row {
  domain: string;
  host: string;
  service: string;
  state: string;
  detail: string;
}

export interface Verdict {
  /** True when every service is fit and the services agree with each other. */
  healthy: boolean;
  services: Row[];
  /** Why it is not healthy. */
  problems: Problem[];
}

/**
 * Judges an environment at rest: each node by its own health script, and together what no node can know by itself.
 * A pure function over what was observed, so that histories written by hand test it.
 */
export function steadyState(inventory: Inventory, observations: readonly Observation[]): Verdict {
  const problems = [
    ...observations.filter((seen) => !seen.fit).map(unfit),
    ...judges.flatMap((judge) => judge(observations, inventory)),
  ];
  return { healthy: problems.length === 0 && observations.length > 0, services: observations.map(row), problems };
}

function row({ service: { domain, host, service }, container, health, error, ended }: Observation): Row {
  const state = health?.state ?? (container === "running" ? "no answer" : container);
  const detail = [health?.detail ?? error, ended].filter(Boolean).join("; ");
  return { domain, host, service, state, detail };
}

function unfit(seen: Observation): Problem {
  const { state, detail } = row(seen);
  return problem("unfit", seen, `is not fit: ${[state, detail].filter(Boolean).join(", ")}`);
}
