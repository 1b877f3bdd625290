import type { Checker } from "./checker.ts";
import { finals, operations } from "./select.ts";
import { clock, nothing, notRead, verdict } from "./verdict.ts";

/** Money is neither made nor lost: not after healing, nor in any sum that was read on the way. */
export const bankConstant: Checker = {
  name: "bank-constant",
  title: "The total of all accounts never changes",
  kind: "safety",
  judge(events, { databases }) {
    const ops = events.filter((event) => event.kind === "op" && event.workload === "bank");
    if (ops.length === 0) return nothing("operation on the bank");
    const { read, unread } = finals(events, "bank", databases);
    const totals = operations(events, "bank", "total").filter(
      (op): op is typeof op & { total: number } => op.outcome === "ok" && op.total !== undefined,
    );
    // Without any final read the sums must at least be one and the same.
    const expected = [...read.values()][0]?.expected ?? totals[0]?.total;
    const violations = [
      ...totals
        .filter(({ total }) => total !== expected)
        .map(({ total, node, t }) => `${total} instead of ${expected} at ${clock(t)} on ${node ?? "an unknown node"}`),
      ...[...read.values()]
        .filter(({ total, expected }) => total !== expected)
        .map(({ total, expected, node }) => `${total} instead of ${expected} at last on ${node}`),
    ];
    return verdict({
      violations,
      unseen: notRead("bank", unread),
      passed: `All ${totals.length} totals read and all ${read.size} final ones are ${expected}.`,
      failed: "the total is wrong",
      figures: { totals: totals.length, transfers: operations(events, "bank", "transfer").length },
    });
  },
};
