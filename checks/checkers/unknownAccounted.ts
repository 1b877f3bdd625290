import type { Checker } from "./checker.ts";
import { idsOf } from "./noWriteLost.ts";
import { finals, operations } from "./select.ts";
import { nothing, notRead, verdict } from "./verdict.ts";

/** A write whose answer never came may be there or not, but the nodes must agree which. */
export const unknownAccounted: Checker = {
  name: "unknown-accounted",
  title: "Each write of unknown outcome is on all nodes or on none",
  kind: "safety",
  judge(events, { databases }) {
    const violations: string[] = [];
    const unseen: string[] = [];
    let [writes, there, notThere] = [0, 0, 0];
    for (const [workload, ops] of [
      ["ledger", operations(events, "ledger", "insert")],
      ["bank", operations(events, "bank", "transfer")],
    ] as const) {
      writes += ops.length;
      const acknowledged = new Set(idsOf(ops, "ok"));
      const open = new Set(idsOf(ops, "unknown").filter((id) => !acknowledged.has(id)));
      if (open.size === 0) continue;
      const { read, unread } = finals(events, workload, databases);
      unseen.push(...notRead(workload, unread));
      const held = [...read].map(([node, { ids }]) => ({ node, ids: new Set(ids) }));
      for (const id of held.length ? open : []) {
        const on = held.filter(({ ids }) => ids.has(id)).map(({ node }) => node);
        if (on.length === held.length) there++;
        else if (on.length === 0) notThere++;
        else violations.push(`${workload} ${id} is only on ${on.join(", ")}`);
      }
    }
    if (writes === 0) return nothing("write");
    return verdict({
      violations,
      unseen,
      passed:
        there + notThere
          ? `Of ${there + notThere} writes of unknown outcome ${there} are on all nodes, ${notThere} on none.`
          : `None of ${writes} writes had an unknown outcome.`,
      failed: "nodes differ over a write of unknown outcome",
      figures: { there, notThere },
    });
  },
};
