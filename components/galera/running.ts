import type { SchemaProblem } from "../../core/schema.ts";
import { bytes, mebibytes, type Size } from "../../core/size.ts";
import { refuse } from "../check.ts";
import { type ConnectionSettings, connectionVariables } from "./connections.ts";
import { type EvsProfile, evsPeriods, type GivenPeriods, optionName } from "./evs.ts";

/** Settings that MariaDB takes while it runs; it reads the same file again at every start. */
export interface RunningSettings extends ConnectionSettings {
  /**
   * How soon a silent node counts as gone: for links like a `lan`, or a `wan` of up to 300 ms round trip.
   * @default "lan"
   * @example "wan"
   */
  profile?: EvsProfile;
  /**
   * Single periods of the profile. `inactiveCheckPeriod` alone needs a restart.
   * @default those of the profile
   * @example { suspectTimeout: "2s" }
   */
  evs?: GivenPeriods;
  /**
   * InnoDB's buffer pool, as MariaDB writes sizes. Changed without a restart up to innodbBufferPoolSizeMax.
   * @default "256M"
   * @example "1G"
   */
  innodbBufferPoolSize?: Size;
  /**
   * Rows that one transaction may change.
   * @default 0: any number, so that its size alone limits it
   * @example 100_000
   */
  maxWsRows?: number;
  /**
   * Bytes of one transaction's write-set; less than 2G.
   * @default "512M"
   * @example "64M"
   */
  maxWsSize?: Size;
  /**
   * How a new node gets the data: `mariabackup` leaves the donor writable; `rsync` is quicker and blocks it.
   * @default "mariabackup"
   * @example "rsync"
   */
  sstMethod?: "mariabackup" | "rsync";
  /**
   * What a session waits for unless it says otherwise, as the sum of 1 (reads), 2 (updates and deletes) and 4 (inserts): before
   * these it catches up with what was committed through other nodes. A client that reads what it wrote through another node sets it
   * for its own session, as Icinga DB does (7).
   * @default 0
   * @example 7
   */
  syncWait?: number;
}

/** Galera takes no write-set above this: `wsrep_max_ws_size`'s default and maximum. */
const WRITE_SET_LIMIT = 2 ** 31 - 1;

/**
 * A quarter of the limit. Every node holds a write-set in memory and sends it in one piece: at the limit a single transaction
 * takes 2 GiB on each of them, and replication stands until it is through (MariaDB's documentation, `wsrep_max_ws_size`).
 */
const WRITE_SET_DEFAULT: Size = "512M";

export const bufferPoolSize = ({ innodbBufferPoolSize }: RunningSettings): Size => innodbBufferPoolSize ?? "256M";

/** The file of what can change while the database runs: each line is an option at the start, and a variable later. */
export function runningConf(whose: string, settings: RunningSettings): string {
  refuse(whose, writeSetProblems(settings));
  const { inactiveCheckPeriod, ...periods } = evsPeriods(whose, settings.profile, settings.evs);
  const variables = {
    // InnoDB counts in whole MiB.
    innodb_buffer_pool_size: bytes(mebibytes(bytes(bufferPoolSize(settings)))),
    ...connectionVariables(whose, settings).variables,
    wsrep_max_ws_rows: settings.maxWsRows ?? 0,
    wsrep_max_ws_size: bytes(settings.maxWsSize ?? WRITE_SET_DEFAULT),
    ...Object.fromEntries(
      // Loose: where MariaDB makes or recovers a database it runs without Galera, and knows none of them.
      Object.entries(periods).map(([name, seconds]) => [
        `loose_wsrep_provider_evs_${optionName(name)}`,
        seconds.toFixed(6),
      ]),
    ),
    wsrep_retry_autocommit: 4,
    wsrep_sst_method: settings.sstMethod ?? "mariabackup",
    wsrep_sync_wait: settings.syncWait ?? 0,
  };
  const lines = Object.entries(variables).map(([name, value]) => `${name} = ${value}\n`);
  return `[mariadbd]\n${lines.join("")}`;
}

/** A write-set that Galera does not take. */
export function writeSetProblems({ maxWsSize = WRITE_SET_DEFAULT }: RunningSettings): SchemaProblem[] {
  if (bytes(maxWsSize) <= WRITE_SET_LIMIT) return [];
  const expected = 'less than "2G", the most that Galera takes';
  return [{ path: ["maxWsSize"], given: `"${maxWsSize}"`, expected, mend: "lower it, and split larger transactions" }];
}
