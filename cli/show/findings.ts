import type { Finding } from "../../operations/preflight/index.ts";
import { table } from "./table.ts";

/** Every finding: who and what at the left; at the right what was seen, and what to do. */
export function findingsText(findings: readonly Finding[]): string {
  const rows = findings.map(({ severity, host, rule, given, expected, breaks, mend }) => [
    severity,
    host ?? "all",
    rule,
    [given, `expected: ${expected}`, `breaks:   ${breaks}`, `mend:     ${mend}`].join("\n"),
  ]);
  return table(["SEVERITY", "HOST", "RULE", "FOUND"], rows);
}

/** `2 errors and 1 notice` */
export function countText(findings: readonly Finding[]): string {
  const counts = (["error", "warning", "notice"] as const).flatMap((severity) => {
    const { length } = findings.filter((each) => each.severity === severity);
    return length === 0 ? [] : [`${length} ${severity}${length === 1 ? "" : "s"}`];
  });
  return counts.length < 2 ? counts.join("") : `${counts.slice(0, -1).join(", ")} and ${counts.at(-1)}`;
}
