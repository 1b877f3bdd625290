import type { Event } from "../history/events.ts";
import type { Checker } from "./checker.ts";
import { type Final, finals } from "./select.ts";
import { nothing, notRead, verdict } from "./verdict.ts";

const workloads = ["ledger", "bank", "counter", "lost-update"] as const;
type Workload = (typeof workloads)[number];

/** After healing all nodes hold the same, whatever that is. */
export const nodesAgree: Checker = {
  name: "nodes-agree",
  title: "All nodes hold the same data after healing",
  kind: "safety",
  judge(events, { databases }) {
    const violations: string[] = [];
    const unseen: string[] = [];
    let compared = 0;
    for (const workload of workloads.filter((workload) => isInHistory(events, workload))) {
      const { read, unread } = finals(events, workload, databases);
      unseen.push(...notRead(workload, unread));
      const [first, ...others] = [...read].map(([node, final]) => ({ node, content: content(final) }));
      compared += read.size;
      for (const { node, content } of others) {
        const difference = differ(first!.content, content);
        if (difference) violations.push(`${workload}: ${first!.node} and ${node} differ in ${difference}`);
      }
    }
    if (compared + unseen.length === 0) return nothing("operation nor final read");
    return verdict({
      violations,
      unseen,
      passed: `All ${databases.length} nodes hold the same data (${compared} final reads).`,
      failed: "nodes hold different data",
      figures: { compared },
    });
  },
};

const isInHistory = (events: readonly Event[], workload: Workload): boolean =>
  events.some((event) => (event.kind === "op" || event.kind === "final") && event.workload === workload);

/** What a node holds, as facts that are the same on a node that agrees. */
function content(final: Final<Workload>): string[] {
  if (final.workload === "counter") return [`value ${final.value}`];
  if (final.workload === "lost-update") return final.values.map((value, key) => `key ${key} = ${value}`);
  const ids = final.ids.map((id) => `id ${id}`);
  return final.workload === "bank" ? [...ids, `total ${final.total}`] : ids;
}

/** The facts that only one of the two has (as often), five at most; undefined when there are none. */
function differ(a: readonly string[], b: readonly string[]): string | undefined {
  const balance = new Map<string, number>();
  for (const fact of a) balance.set(fact, (balance.get(fact) ?? 0) + 1);
  for (const fact of b) balance.set(fact, (balance.get(fact) ?? 0) - 1);
  const unlike = [...balance].filter(([, count]) => count !== 0).map(([fact]) => fact);
  if (unlike.length === 0) return undefined;
  return unlike.slice(0, 5).join(", ") + (unlike.length > 5 ? ` and ${unlike.length - 5} more` : "");
}
