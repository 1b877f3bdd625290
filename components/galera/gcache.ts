import { UserError } from "../../core/errors.ts";
import { bytes, mebibytes, type Size } from "../../core/size.ts";

export interface GcacheSettings {
  /** The write-set cache's size itself: `"512M"`. */
  gcacheSize?: Size;
  /** What clients write, in a second: `"200K"`. With `toleratedOutage`, in place of `gcacheSize`. */
  writeRate?: Size;
  /** Seconds that a node may be away and still catch up without a full transfer. */
  toleratedOutage?: number;
}

/** Galera's own default. */
const LEAST = bytes("128M");

/**
 * How large the cache of write-sets must be from which a node that was away catches up: all that is written meanwhile, and
 * half as much again, since a write-set also holds keys and headers and the cache is never filled to its last byte. 128M at
 * least. Where to read the rate: `wsrep_replicated_bytes` + `wsrep_received_bytes` of one node, twice, over the busiest hour.
 * @throws {UserError} when both the size and what it follows from are given, or half of that
 */
export function gcacheSize(whose: string, { gcacheSize, writeRate, toleratedOutage }: GcacheSettings): Size {
  const derived = writeRate !== undefined || toleratedOutage !== undefined;
  if (gcacheSize !== undefined && derived) {
    throw new UserError(
      `${whose} is given gcacheSize "${gcacheSize}" and also writeRate or toleratedOutage, which it would follow from; ` +
        "expected one or the other: leave gcacheSize out, or the two.",
    );
  }
  if (!derived) return gcacheSize ?? mebibytes(LEAST);
  if (writeRate === undefined || toleratedOutage === undefined) {
    const [has, lacks] = writeRate === undefined ? ["toleratedOutage", "writeRate"] : ["writeRate", "toleratedOutage"];
    throw new UserError(
      `${whose} is given ${has} without ${lacks}; expected both, or neither: the cache is what is written in a second, ` +
        "times the seconds that a node may be away.",
    );
  }
  return mebibytes(Math.max(LEAST, bytes(writeRate) * toleratedOutage * 1.5));
}
