import { z } from "zod";
import { described } from "./setting.ts";

/** A length of time, always with its unit: `"500ms"`, `"30s"`, `"5m"`, `"1h"`, `"1d"`. */
export type Duration = `${number}${"ms" | "s" | "m" | "h" | "d"}`;

const pattern = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;
const unitSeconds = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };

const durationText = 'expected a duration with its unit, such as "500ms", "30s" or "5m"';

/** A hundred years: what is longer is a slip, and more than the services can count. */
const longest: Duration = "36500d";

export const durationSchema = described(
  "duration",
  z.string(durationText).regex(pattern, { error: durationText, abort: true }),
).refine(
  (value) => seconds(value as Duration) <= seconds(longest),
  `expected a duration of ${longest} at most`,
) as z.ZodType<Duration, Duration>;

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

/** A duration within limits, both included. */
export function durationBetween(least: Duration, most: Duration): z.ZodType<Duration, Duration> {
  return durationSchema.refine(
    (value) => seconds(value) >= seconds(least) && seconds(value) <= seconds(most),
    `expected a duration, "${least}" to "${most}"`,
  );
}

/** For how long something is kept: whole days, or for ever. */
export type Kept = Duration | "forever";

const wholeDays = (kept: Duration) => seconds(kept) / 86_400;

const keptText = 'expected whole days, such as "400d", or "forever"';

export const keptSchema = described(
  "days",
  z.union(
    [
      z.literal("forever"),
      durationSchema.refine((kept) => wholeDays(kept) >= 1 && Number.isInteger(wholeDays(kept)), keptText),
    ],
    keptText,
  ),
);

/** Days; undefined for ever. */
export const keptDays = (kept: Kept = "forever"): number | undefined =>
  kept === "forever" ? undefined : wholeDays(kept);
