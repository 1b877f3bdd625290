import { z } from "zod";
import { type Duration, durationSchema, seconds } from "./duration.ts";

/** How long rows of history are kept. What is older is deleted for good by the daemon that writes the database. */
export interface Retention {
  /** States, notifications, comments, downtimes, …: all that Icinga Web shows of the past. */
  history?: Kept;
  /** Only Icinga DB: the smaller rows that reports of availability are made from. */
  sla?: Kept;
}

/** Whole days, or for ever. */
export type Kept = Duration | "forever";

const wholeDays = (kept: Duration) => seconds(kept) / 86_400;

export const keptSchema = z.union(
  [z.literal("forever"), durationSchema.refine((kept) => wholeDays(kept) >= 1 && Number.isInteger(wholeDays(kept)))],
  'expected whole days, such as "400d", or "forever"',
);

/** Days; undefined for ever. */
export const keptDays = (kept: Kept = "forever"): number | undefined =>
  kept === "forever" ? undefined : wholeDays(kept);
