import { type Duration, seconds } from "../../core/duration.ts";
import type { SchemaProblem } from "../../core/schema.ts";
import { clockLimits } from "../chrony/facts.ts";

/** The time that a database node's clock is compared with, and how far it may be off. */
export interface ClockSettings {
  /**
   * Addresses of the site's time hosts.
   * @default none: a node that starts doesn't ask for the time
   * @example ["10.1.0.11", "10.2.0.11"]
   */
  servers?: string[];
  /**
   * How far off the site's time is worth a word.
   * @default "100ms"
   * @example "50ms"
   */
  warning?: Duration;
  /**
   * How far off the site's time keeps a node from clients and from joining.
   * @default "1s"
   * @example "500ms"
   */
  critical?: Duration;
}

/** Who is kept from clients would not be told of before. */
export function clockProblems({
  warning = clockLimits.warning,
  critical = clockLimits.critical,
}: ClockSettings = {}): SchemaProblem[] {
  if (seconds(warning) <= seconds(critical)) return [];
  return [
    {
      path: ["clock", "warning"],
      given: `${seconds(warning)} s with ${seconds(critical)} s as critical`,
      expected: "that it warns before a node is kept from clients",
      mend: "lower the warning, or raise the critical limit",
    },
  ];
}

/** In microseconds. */
export const micro = (duration: Duration): number => Math.round(seconds(duration) * 1_000_000);
