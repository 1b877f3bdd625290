import type { Micros } from "../keeper/clock.ts";
import { readText } from "./shapes.ts";

/** Bytes of what chrony's programs print, which is a few lines. */
const MOST = 64_000;

/** A figure in seconds, as microseconds; undefined for what is none, or what no clock is off by (30 years). */
function micros(text: string | undefined): Micros | undefined {
  if (text === undefined || !/^-?\d{1,9}(\.\d{1,9})?$/.test(text)) return undefined;
  return Math.round(Number(text) * 1_000_000);
}

/** -0 is 0. */
const ahead = (behind: Micros | undefined): Micros | undefined => (behind === undefined ? undefined : 0 - behind);

/**
 * How far the host is ahead of the time that its chrony follows, by `chronyc -c tracking`: the fifth field is how far it is behind, the last one
 * whether it is synchronised.
 */
export function readTracking(bytes: Uint8Array): Micros | undefined {
  const fields = readText(bytes, MOST)?.trim().split(",") ?? [];
  return fields.length < 14 || fields.at(-1) === "Not synchronised" ? undefined : ahead(micros(fields[4]));
}

/** How far the process is ahead of the time hosts, by `chronyd -Q`, which tells how far it is behind. */
export const readQuery = (bytes: Uint8Array): Micros | undefined =>
  ahead(micros(/ wrong by (-?[0-9.]+) seconds/.exec(readText(bytes, MOST) ?? "")?.[1]));

/** A database's time in microseconds since 1970, as it says it by a number of its protocol. */
export function readTime(value: unknown): Micros | undefined {
  const text = typeof value === "number" ? String(value) : value;
  return typeof text === "string" && /^\d{1,16}$/.test(text) ? Number(text) : undefined;
}
