import { mustHold, type Problem } from "../../core/problem.ts";
import { bytes, mebibytes, type Size } from "../../core/size.ts";

export interface GcacheSettings {
  /** The write-set cache's size itself: `"512M"`. */
  gcacheSize?: Size;
  /** Amount that clients write in a second: `"200K"`. With `toleratedOutage`, in place of `gcacheSize`. */
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
export function gcacheSize(whose: string, settings: GcacheSettings): Size {
  mustHold(whose, gcacheProblems(settings));
  const { gcacheSize = mebibytes(LEAST), writeRate, toleratedOutage } = settings;
  if (writeRate === undefined || toleratedOutage === undefined) return gcacheSize;
  return mebibytes(Math.max(LEAST, bytes(writeRate) * toleratedOutage * 1.5));
}

/** Finds a size given beside what it follows from, or only half of that. */
export function gcacheProblems({ gcacheSize, writeRate, toleratedOutage }: GcacheSettings): Problem[] {
  if (gcacheSize !== undefined && (writeRate !== undefined || toleratedOutage !== undefined)) {
    return [
      {
        where: "gcacheSize",
        given: `"${gcacheSize}" and also writeRate or toleratedOutage, which it would follow from`,
        expected: "one or the other",
        mend: "leave gcacheSize out, or the two",
      },
    ];
  }
  if ((writeRate === undefined) === (toleratedOutage === undefined)) return [];
  const [has, lacks] = writeRate === undefined ? ["toleratedOutage", "writeRate"] : ["writeRate", "toleratedOutage"];
  return [
    {
      where: has!,
      given: `without ${lacks}`,
      expected:
        "both, or neither, since the cache is what is written in a second, times the seconds that a node may be away",
      mend: `give ${lacks} as well, or leave ${has} out`,
    },
  ];
}
