import type { Checker } from "./checker.ts";
import { groups, looks } from "./select.ts";
import { clock, nothing, verdict } from "./verdict.ts";

/**
 * A node outside of the primary component must refuse to read. The status and the read of one look are not of one instant: a
 * look at the edge, beside one that saw the node Primary (or none at all), proves nothing and is only counted.
 */
export const noDirtyReader: Checker = {
  name: "no-dirty-reader",
  title: "A node outside of the primary component gives no data",
  kind: "safety",
  judge(events) {
    const all = looks(events, "database").filter(({ error, status }) => !error && status !== undefined);
    if (all.length === 0) return nothing("answered look at a database");
    if (!all.some(({ newest }) => typeof newest === "number")) return nothing("look that could read the ledger");
    const violations: string[] = [];
    let [outside, atEdge] = [0, 0];
    for (const [host, seen] of groups(all, ({ host }) => host)) {
      const isOutside = (at: number) => seen[at] !== undefined && seen[at].status !== "Primary";
      for (const [at, { t, status, newest }] of seen.entries()) {
        if (!isOutside(at)) continue;
        outside++;
        if (newest === null || newest === undefined) continue;
        if (isOutside(at - 1) && isOutside(at + 1))
          violations.push(`${host} (${status}) read ${newest} at ${clock(t)}`);
        else atEdge++;
      }
    }
    return verdict({
      violations,
      passed: outside
        ? `None of ${outside} looks at nodes outside of the primary component got data.`
        : "No node was seen outside of the primary component.",
      failed: "a node outside of the primary component gave data",
      figures: { outside, atEdge },
    });
  },
};
