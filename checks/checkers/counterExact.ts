import type { Checker } from "./checker.ts";
import { finals, operations } from "./select.ts";
import { nothing, notRead, verdict } from "./verdict.ts";

/** The counter starts at 0 and has every acknowledged increment, and of the unknown ones as many as were done. */
export const counterExact: Checker = {
  name: "counter-exact",
  title: "The counter is what its increments make it, the same on all nodes",
  kind: "safety",
  judge(events, { databases }) {
    const ops = operations(events, "counter", "increment");
    if (ops.length === 0) return nothing("increment");
    const least = ops.filter(({ outcome }) => outcome === "ok").length;
    const most = least + ops.filter(({ outcome }) => outcome === "unknown").length;
    const { read, unread } = finals(events, "counter", databases);
    const nodes = [...read.values()];
    const values = [...new Set(nodes.map(({ value }) => value))];
    const violations = nodes
      .filter(({ value }) => value < least || value > most)
      .map(({ node, value }) => `${value} on ${node}, expected ${range(least, most)}`);
    if (values.length > 1) violations.push(`nodes differ: ${nodes.map((n) => `${n.node} ${n.value}`).join(", ")}`);
    return verdict({
      violations,
      unseen: notRead("counter", unread),
      passed: `${values[0]} on all nodes, expected ${range(least, most)}.`,
      failed: "the counter is wrong",
      figures: { acknowledged: least, unknown: most - least },
    });
  },
};

/** `7`, or `7 to 9`. */
export const range = (least: number, most: number): string => (least === most ? `${least}` : `${least} to ${most}`);
