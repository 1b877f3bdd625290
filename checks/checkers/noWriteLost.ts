import type { Event } from "../history/events.ts";
import type { Checker } from "./checker.ts";
import { finals, operations } from "./select.ts";
import { nothing, notRead, verdict } from "./verdict.ts";

/** Every acknowledged ledger insert and bank transfer, on every node, once. */
export const noWriteLost: Checker = {
  name: "no-write-lost",
  title: "Every acknowledged write is there exactly once on every node",
  kind: "safety",
  judge(events, { databases }) {
    const violations: string[] = [];
    const unseen: string[] = [];
    const lost = new Set<string>();
    let acknowledged = 0;
    for (const { workload, written } of acknowledgedWrites(events)) {
      if (written.length === 0) continue;
      acknowledged += written.length;
      const { read, unread } = finals(events, workload, databases);
      unseen.push(...notRead(workload, unread));
      for (const [node, { ids }] of read) {
        const times = count(ids);
        for (const id of written) {
          const there = times.get(id) ?? 0;
          if (there === 0) lost.add(`${workload} ${id}`);
          if (there === 0) violations.push(`${workload} ${id} was acknowledged and is not on ${node}`);
        }
        for (const [id, there] of times) {
          if (there > 1) violations.push(`${workload} ${id} is on ${node} ${there} times`);
        }
      }
    }
    if (acknowledged === 0) return nothing("acknowledged write");
    return verdict({
      violations,
      unseen,
      passed: `All ${acknowledged} acknowledged writes are there exactly once on all ${databases.length} nodes.`,
      failed: "a write is lost or doubled",
      figures: { acknowledged, lost: lost.size },
    });
  },
};

/** Ids of what was acknowledged, by workload. */
export const acknowledgedWrites = (events: readonly Event[]) => [
  { workload: "ledger" as const, written: idsOf(operations(events, "ledger", "insert"), "ok") },
  { workload: "bank" as const, written: idsOf(operations(events, "bank", "transfer"), "ok") },
];

/** Ids of the operations with that outcome. */
export const idsOf = (ops: readonly { id: number; outcome: string }[], outcome: "ok" | "fail" | "unknown"): number[] =>
  ops.filter((op) => op.outcome === outcome).map(({ id }) => id);

function count(ids: readonly number[]): Map<number, number> {
  const times = new Map<number, number>();
  for (const id of ids) times.set(id, (times.get(id) ?? 0) + 1);
  return times;
}
