import type { Clock, ClockVerdict } from "../../health/clocks/index.ts";
import { table } from "./table.ts";

export type JudgedClock = Clock & { verdict: ClockVerdict; why: string };

/** Every clock with its verdict, then how many are wrong. */
export function clocksText(environment: string, clocks: readonly JudgedClock[]): string {
  const rows = clocks.map(({ domain, host, service, offset, doubt, stratum, reach, leap, verdict, why }) => [
    domain,
    host,
    service,
    (offset === undefined ? "" : offsetText(offset)) + (doubt === undefined ? "" : ` ± ${offsetText(doubt).slice(1)}`),
    `${stratum ?? ""}`,
    reach === undefined ? "" : reach.toString(8),
    leap ?? "",
    verdict,
    why,
  ]);
  const wrong = clocks.filter(({ verdict }) => verdict !== "right").length;
  const end = wrong
    ? `${wrong} of ${clocks.length} clocks of ${environment} are not right.`
    : `All ${clocks.length} clocks of ${environment} are right.`;
  return `${table(["DOMAIN", "HOST", "CLOCK", "OFFSET", "STRATUM", "REACH", "LEAP", "VERDICT", "WHY"], rows)}\n\n${end}`;
}

/** `+12 µs`, `-3.4 ms`, `+1900.000 s` */
export function offsetText(seconds: number): string {
  const sign = seconds < 0 ? "-" : "+";
  const off = Math.abs(seconds);
  if (off < 0.001) return `${sign}${Math.round(off * 1e6)} µs`;
  if (off < 1) return `${sign}${(off * 1e3).toFixed(1)} ms`;
  return `${sign}${off.toFixed(3)} s`;
}
