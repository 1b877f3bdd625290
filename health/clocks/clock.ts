import type { chrony } from "../../components/chrony/facts.ts";
import type { galera } from "../../components/galera/facts.ts";

/** One clock of the site as it was read. Offsets are seconds, positive when it is ahead of the site's time. */
export interface Clock {
  host: string;
  domain: string;
  /**
   * `chrony`: the host's clock by its own chrony. `ntp`: the time that this host serves, as another host gets it.
   * `galera`: the database's `UTC_TIMESTAMP`.
   */
  service: typeof chrony.name | "ntp" | typeof galera.name;
  offset?: number;
  /** The true offset is no further away than this: half of what the question took. */
  doubt?: number;
  /** Stratum of the host's chrony: 1 is next to an atomic clock, 16 knows no time. */
  stratum?: number;
  /** Which of the last eight questions to the best source were answered, as chrony's bits: 0 to 255. */
  reach?: number;
  /** `Normal`, or what chrony says of leap seconds; `Not synchronised`. */
  leap?: string;
  /** Addresses of time hosts that chrony has outvoted. */
  outvoted?: string[];
  /** Why it could not be read. */
  error?: string;
}

export type ClockVerdict = "right" | "warning" | "critical" | "unknown";

/** Seconds. */
export interface ClockLimits {
  warning: number;
  critical: number;
}

/** Judges one clock; `why` is empty when it is right. Pure. */
export function judgeClock(clock: Clock, limits: ClockLimits): { verdict: ClockVerdict; why: string } {
  const { offset, doubt = 0, error } = clock;
  if (error !== undefined) return { verdict: "unknown", why: error };
  if (offset === undefined) return { verdict: "unknown", why: "it does not tell its offset" };
  // It is certainly off by this much, and maybe more.
  const off = Math.max(0, Math.abs(offset) - doubt);
  if (off > limits.critical) return { verdict: "critical", why: `off by more than ${limits.critical} s` };
  if (off > limits.warning) return { verdict: "warning", why: `off by more than ${limits.warning} s` };
  const why = [
    ...(clock.leap === "Not synchronised" ? ["not synchronised"] : []),
    ...(clock.reach === 0 ? ["no time source answers"] : []),
    ...(clock.outvoted?.length ? [`${clock.outvoted.join(", ")} outvoted`] : []),
  ].join("; ");
  return { verdict: why ? "warning" : "right", why };
}
