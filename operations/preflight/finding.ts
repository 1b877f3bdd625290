/** `error`: what is asked for can't work. `warning`: it works, and something will hurt. `notice`: worth knowing. */
export type Severity = "error" | "warning" | "notice";

/** Something on a host, or between hosts, that is not as it should be. Programs decide by `rule` and `severity`; the rest is for people. */
export interface Finding {
  /** In kebab-case: `clock`, `port-taken`. */
  rule: string;
  severity: Severity;
  /** Absent where it is about all hosts together. */
  host?: string;
  /** What was seen. */
  given: string;
  expected: string;
  /** What it would have broken. */
  breaks: string;
  /** What to do, as a command where there is one. */
  mend: string;
}

const order: readonly Severity[] = ["error", "warning", "notice"];

/** The worst first, else as they came. */
export const sorted = (findings: readonly Finding[]): Finding[] =>
  findings.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
