import type { Problem } from "../core/health.ts";
import type { Inventory, ServiceRecord } from "../core/inventory.ts";
import { probe } from "./probe.ts";
import { steadyState, type Verdict } from "./steadyState.ts";

/** The problems that were found, and the verdict when all services were asked. */
export interface Answer {
  problems: Problem[];
  verdict?: Verdict;
}

/**
 * Makes a question for those who ask again and again until all is well. Asking everything costs a process in each container, which
 * can itself keep a small machine from getting well: so only what was unfit is asked until it is fit, then everything once more.
 */
export function asker(inventory: Inventory): () => Promise<Answer> {
  let unfit: ServiceRecord[] = [];
  return async () => {
    const before = (await probe(inventory, unfit)).filter(({ fit }) => !fit);
    if (before.length > 0) {
      unfit = before.map(({ service }) => service);
      return {
        problems: before.map((node) => {
          const { service, health, error, ended } = node;
          const why = [error ?? health!.detail, ended].filter(Boolean).join("; ");
          return {
            rule: "unfit",
            service: service.service,
            node,
            text: `${service.service} on ${service.host}: ${why}`,
          };
        }),
      };
    }
    const all = await probe(inventory);
    unfit = all.filter(({ fit }) => !fit).map(({ service }) => service);
    const verdict = steadyState(inventory, all);
    return { problems: verdict.problems, verdict };
  };
}
