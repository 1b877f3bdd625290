import { z } from "zod";
import type { SchemaProblem } from "../../core/schema.ts";
import { type ArgumentRule, count } from "../../core/schema.ts";
import { bytes, sizeSchema } from "../../core/size.ts";
import { type CapacitySettings, capacityProblems } from "./capacity.ts";
import { type ClockSettings, clockProblems } from "./clock.ts";
import type { GaleraSettings } from "./config.ts";
import { connectionProblems } from "./connections.ts";
import { evsProblems } from "./evs.ts";
import { gcacheProblems } from "./gcache.ts";
import { bufferPoolSize, writeSetProblems } from "./running.ts";

/** What the settings of an environment and the arguments of GaleraCluster have in common: one check for both. */

/** Name of a Galera cluster: a line of my.cnf and a word of the shell; Galera takes 32 bytes. */
export const clusterName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$/, 'expected 1 to 32 letters, digits, "-", "_" or "."');

/** Percent of a disk: whole, since scripts compare it. */
export const diskPercent = count(1, 99);

/** What has the same name and unit in both. */
export const databaseFields = {
  /**
   * How soon a node that is silent counts as gone: for links like a `lan` (default; a lost node costs 1.3 s), or a `wan` of up
   * to 300 ms round trip (some 11 s: give `chaos.budgets` more, too).
   */
  profile: z.enum(["lan", "wan"]).optional(),
  /** InnoDB's buffer pool on each node; 256M unless given. */
  innodbBufferPoolSize: sizeSchema.optional(),
  /** How far it may be raised later without a restart; as far as it is unless given. Costs addresses, no memory. */
  innodbBufferPoolSizeMax: sizeSchema.optional(),
  /** The write-set cache, from which a node that was away catches up without a full transfer; 128M unless given. */
  gcacheSize: sizeSchema.optional(),
  /** In place of gcacheSize, with toleratedOutage: what clients write in a second, at the busiest time. */
  writeRate: sizeSchema.optional(),
  /** How a new node gets the data; `mariabackup` (default) leaves the giving node writable, `rsync` is quicker. */
  sstMethod: z.enum(["mariabackup", "rsync"]).optional(),
  /** Clients at a time; 200 unless given. */
  maxConnections: count(1, 100_000).optional(),
  /** Connections to one node that one application's user may have; three quarters of maxConnections unless given. */
  maxUserConnections: count(1, 100_000).optional(),
  /** Rows that one transaction may change; 0, any number, unless given. */
  maxWsRows: count(0, 2 ** 31 - 1).optional(),
  /** Size of one transaction's write-set; 512M unless given, less than 2G. */
  maxWsSize: sizeSchema.optional(),
  /** What sessions wait for unless they say otherwise: 1 reads, 2 updates and deletes, 4 inserts, or their sum; 0 unless given. */
  syncWait: count(0, 15).optional(),
};

/** What the rules look at. */
export interface CheckedTogether extends GaleraSettings {
  capacity?: CapacitySettings;
  clock?: ClockSettings;
}

/** What does not fit together. */
export const galeraRules: readonly ArgumentRule<CheckedTogether>[] = [
  { reads: ["profile", "evs"], problems: evsProblems },
  { reads: ["gcacheSize", "writeRate", "toleratedOutage"], problems: gcacheProblems },
  { reads: ["innodbBufferPoolSize", "innodbBufferPoolSizeMax"], problems: bufferPoolProblems },
  { reads: ["maxConnections", "maxUserConnections"], problems: connectionProblems },
  { reads: ["maxWsSize"], problems: writeSetProblems },
  { reads: ["capacity.warning", "capacity.full"], problems: ({ capacity }) => capacityProblems(capacity) },
  { reads: ["clock.warning", "clock.critical"], problems: ({ clock }) => clockProblems(clock) },
];

function bufferPoolProblems(settings: GaleraSettings): SchemaProblem[] {
  const size = bufferPoolSize(settings);
  const { innodbBufferPoolSizeMax: most } = settings;
  if (most === undefined || bytes(size) <= bytes(most)) return [];
  return [
    {
      path: ["innodbBufferPoolSize"],
      given: `"${size}" above innodbBufferPoolSizeMax "${most}"`,
      expected: "no more than that",
      mend: "raise the maximum (with a restart of each node), or lower the size",
    },
  ];
}
