import type { Checker } from "./checker.ts";
import { range } from "./counterExact.ts";
import { finals, groups, operations } from "./select.ts";
import { nothing, notRead, verdict } from "./verdict.ts";

/** Values start at 0 and each update makes its key's one higher, so no two may start from the same value. */
export const noLostUpdate: Checker = {
  name: "no-lost-update",
  title: "No acknowledged update overwrites another",
  kind: "safety",
  judge(events, { databases }) {
    const ops = operations(events, "lost-update", "update");
    const done = ops.filter(({ outcome }) => outcome === "ok");
    if (done.length === 0) return nothing("acknowledged update");
    const violations = groups(done, ({ key, read }) => `key ${key} at ${read}`)
      .filter(([, same]) => same.length > 1 && same[0]!.read !== undefined)
      .map(([what, same]) => `${same.length} updates started from ${what} (${same.map((op) => op.client).join(", ")})`);
    const { read, unread } = finals(events, "lost-update", databases);
    for (const [key, updates] of groups(ops, ({ key }) => `${key}`)) {
      const least = updates.filter(({ outcome }) => outcome === "ok").length;
      const most = least + updates.filter(({ outcome }) => outcome === "unknown").length;
      for (const { node, values } of read.values()) {
        const value = values[Number(key)];
        if (value === undefined || value < least || value > most) {
          violations.push(`key ${key} is ${value ?? "missing"} on ${node}, expected ${range(least, most)}`);
        }
      }
    }
    return verdict({
      violations,
      unseen: notRead("lost-update", unread),
      passed: `None of ${done.length} acknowledged updates was lost.`,
      failed: "an update is lost",
      figures: { acknowledged: done.length, refused: ops.filter(({ outcome }) => outcome === "fail").length },
    });
  },
};
