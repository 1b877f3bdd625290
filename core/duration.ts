import { z } from "zod";

/** A length of time, always with its unit: `"500ms"`, `"30s"`, `"5m"`, `"1h"`, `"1d"`. */
export type Duration = `${number}${"ms" | "s" | "m" | "h" | "d"}`;

const pattern = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;
const unitSeconds = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };

export const durationSchema = z.custom<Duration>(
  (value) => typeof value === "string" && pattern.test(value),
  'expected a duration with its unit, such as "500ms", "30s" or "5m"',
);

/** The seconds of a duration that `durationSchema` accepted. */
export function seconds(duration: Duration): number {
  const [, figure, unit] = pattern.exec(duration)!;
  // Rounded to the millisecond, the smallest unit, so that "100ms" is 0.1 and not its binary neighbour.
  return Math.round(Number(figure) * unitSeconds[unit as keyof typeof unitSeconds] * 1000) / 1000;
}

/** A duration that is more than nothing: for periods and time-outs. */
export const positiveDuration = durationSchema.refine(
  (value) => seconds(value) > 0,
  'expected a duration above 0, such as "500ms", "30s" or "5m"',
);

/** For how long something is kept: whole days, or for ever. */
export type Kept = Duration | "forever";

const wholeDays = (kept: Duration) => seconds(kept) / 86_400;

const keptText = 'expected whole days, such as "400d", or "forever"';

export const keptSchema = z.union(
  [
    z.literal("forever"),
    durationSchema.refine((kept) => wholeDays(kept) >= 1 && Number.isInteger(wholeDays(kept)), keptText),
  ],
  keptText,
);

/** Days; undefined for ever. */
export const keptDays = (kept: Kept = "forever"): number | undefined =>
  kept === "forever" ? undefined : wholeDays(kept);
