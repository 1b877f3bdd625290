import type { SchemaProblem } from "../../core/schema.ts";
import { bytes, type Size } from "../../core/size.ts";
import { refuse } from "../check.ts";
import { diskLimits } from "./facts.ts";

/** When the disks of a node count as full: of the data directory, with gcache and redo log in it, and of the container's log. */
export interface CapacitySettings {
  /**
   * Percent from which it is told. The node stays fit.
   * @default 80
   * @example 70
   */
  warning?: number;
  /**
   * Percent from which the node takes itself out of its clients' name and takes no writes. It is back below 5 percent less.
   * @default 95
   * @example 90
   */
  full?: number;
  /**
   * Counts only the last part of a larger file system: with `"40G"`, 95 % full is when 2G are free.
   * @default all of it
   * @example "40G"
   */
  counted?: Size;
}

/** The limits, all given; `counted` in bytes, 0 is all. */
export type CapacityLimits = Required<Omit<CapacitySettings, "counted">> & { counted: number };

/** Finds limits whose warning would not come first. */
export function capacityProblems({
  warning = diskLimits.warning,
  full = diskLimits.full,
}: CapacitySettings = {}): SchemaProblem[] {
  if (warning < full) return [];
  return [
    {
      path: ["capacity", "warning"],
      given: `${warning} with ${full} percent as full`,
      expected: "that it warns before the disk is full",
      mend: "lower the warning, or raise the limit from which it is full",
    },
  ];
}

/** @throws {UserError} when the warning would not come first */
export function capacityLimits(whose: string, capacity: CapacitySettings = {}): CapacityLimits {
  refuse(whose, capacityProblems(capacity));
  const { warning = diskLimits.warning, full = diskLimits.full, counted } = capacity;
  return { warning, full, counted: counted === undefined ? 0 : bytes(counted) };
}

/** The limits as the scripts of the image read them. */
export const capacityConf = ({ warning, full, counted }: CapacityLimits): string =>
  `warning=${warning}\nfull=${full}\ncounted=${counted}\n`;

/** How full the fullest of the node's disks is in percent, as a function that the monitoring user may call: it sees no more. */
export const diskUsed = "trivet.disk_used";

/**
 * The function by which every node tells of its own disks (MariaDB's plugin `disks`). With the rights of its maker: the table
 * itself wants FILE, by which a user could read files of the server. The same sum as `usedPercent` of node/adapters/files.ts.
 */
export function diskUsedSql({ counted }: CapacityLimits, grantee: string): string[] {
  const size = counted === 0 ? "used + available" : `LEAST(used + available, ${counted / 1024})`;
  return [
    `CREATE OR REPLACE FUNCTION ${diskUsed}() RETURNS DECIMAL(4, 1) READS SQL DATA SQL SECURITY DEFINER ` +
      `RETURN (SELECT MAX(GREATEST(0, 100 * (1 - available / (${size})))) ` +
      "FROM information_schema.disks WHERE path IN ('/', '/var/lib/mysql'));",
    `GRANT EXECUTE ON FUNCTION ${diskUsed} TO ${grantee};`,
  ];
}
