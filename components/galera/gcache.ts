import { type Duration, seconds } from "../../core/duration.ts";
import type { SchemaProblem } from "../../core/schema.ts";
import { bytes, mebibytes, type Size, sizeBetween } from "../../core/size.ts";
import { refuse } from "../check.ts";

export interface GcacheSettings {
  /**
   * The write-set cache's size itself.
   * @default "128M", or what follows from writeRate and toleratedOutage
   * @example "512M"
   */
  gcacheSize?: Size;
  /**
   * What clients write, in a second. With `toleratedOutage`, in place of `gcacheSize`.
   * @default none: gcacheSize holds
   * @example "200K"
   */
  writeRate?: Size;
  /**
   * How long a node may be away and still catch up without a full transfer. With `writeRate`, in place of `gcacheSize`.
   * @default none: gcacheSize holds
   * @example "1h"
   */
  toleratedOutage?: Duration;
}

/** Galera's own default. */
const LEAST = bytes("128M");

/** The cache is one file: ext4 takes none that is larger. */
const MOST: Size = "16384G";

export const gcacheSizes = sizeBetween("1M", MOST);

/** Both the size and what it follows from are given, or half of that. */
export function gcacheProblems({ gcacheSize, writeRate, toleratedOutage }: GcacheSettings): SchemaProblem[] {
  const derived = writeRate !== undefined || toleratedOutage !== undefined;
  if (gcacheSize !== undefined && derived) {
    return [
      {
        path: ["gcacheSize"],
        given: `"${gcacheSize}" beside writeRate or toleratedOutage, from which it would follow`,
        expected: "one or the other",
        mend: "leave gcacheSize out, or the two",
      },
    ];
  }
  if (!derived) return [];
  if (writeRate !== undefined && toleratedOutage !== undefined) {
    if (derivedBytes(writeRate, toleratedOutage) <= bytes(MOST)) return [];
    return [
      {
        path: ["writeRate"],
        given: `"${writeRate}" for ${toleratedOutage}, from which a cache above ${MOST} follows`,
        expected: "a cache that fits into one file",
        mend: "lower writeRate or toleratedOutage",
      },
    ];
  }
  const [has, lacks] = writeRate === undefined ? ["toleratedOutage", "writeRate"] : ["writeRate", "toleratedOutage"];
  const expected =
    "both, or neither, since the cache is what is written in a second, times the seconds that a node may be away";
  const given = `"${writeRate ?? toleratedOutage}" without ${lacks}`;
  return [{ path: [has], given, expected, mend: `add ${lacks}, or leave ${has} out` }];
}

/**
 * How large the cache of write-sets must be from which a node that was away catches up: all that is written meanwhile, and
 * half as much again, since a write-set also holds keys and headers and the cache is never filled to its last byte. 128M at
 * least. Where to read the rate: `wsrep_replicated_bytes` + `wsrep_received_bytes` of one node, twice, over the busiest hour.
 * @throws {UserError} when both the size and what it follows from are given, or half of that
 */
export function gcacheSize(whose: string, settings: GcacheSettings): Size {
  refuse(whose, gcacheProblems(settings));
  const { gcacheSize, writeRate, toleratedOutage } = settings;
  if (writeRate === undefined || toleratedOutage === undefined) return gcacheSize ?? mebibytes(LEAST);
  return mebibytes(Math.max(LEAST, derivedBytes(writeRate, toleratedOutage)));
}

const derivedBytes = (writeRate: Size, outage: Duration) => bytes(writeRate) * seconds(outage) * 1.5;
