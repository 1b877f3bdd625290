import type { Checker } from "./checker.ts";
import { idsOf } from "./noWriteLost.ts";
import { finals, operations } from "./select.ts";
import { nothing, notRead, verdict } from "./verdict.ts";

/** What the server refused or rolled back must not be there after all. */
export const noFailedWrite: Checker = {
  name: "no-failed-write",
  title: "No write that failed is on any node",
  kind: "safety",
  judge(events, { databases }) {
    const violations: string[] = [];
    const unseen: string[] = [];
    let [writes, failed] = [0, 0];
    for (const [workload, ops] of [
      ["ledger", operations(events, "ledger", "insert")],
      ["bank", operations(events, "bank", "transfer")],
    ] as const) {
      writes += ops.length;
      // An id that was tried again and acknowledged may be there.
      const acknowledged = new Set([...idsOf(ops, "ok"), ...idsOf(ops, "unknown")]);
      const refused = new Set(idsOf(ops, "fail").filter((id) => !acknowledged.has(id)));
      failed += refused.size;
      if (refused.size === 0) continue;
      const { read, unread } = finals(events, workload, databases);
      unseen.push(...notRead(workload, unread));
      for (const [node, { ids }] of read) {
        for (const id of new Set(ids)) {
          if (refused.has(id)) violations.push(`${workload} ${id} failed and is on ${node}`);
        }
      }
    }
    if (writes === 0) return nothing("write");
    return verdict({
      violations,
      unseen,
      passed: `None of ${failed} failed writes (of ${writes}) is on any node.`,
      failed: "a failed write is there",
      figures: { writes, failed },
    });
  },
};
