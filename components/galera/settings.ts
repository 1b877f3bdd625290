import { z } from "zod";
import { addressSchema } from "../../core/address.ts";
import type { SchemaProblem } from "../../core/schema.ts";
import { type ArgumentRule, count } from "../../core/schema.ts";
import { described, setting } from "../../core/setting.ts";
import { bytes, sizeBetween, sizeSchema } from "../../core/size.ts";
import { type CapacitySettings, capacityProblems } from "./capacity.ts";
import { type ClockSettings, clockProblems } from "./clock.ts";
import type { GaleraSettings } from "./config.ts";
import { connectionProblems } from "./connections.ts";
import { evsProblems } from "./evs.ts";
import { gcacheProblems, gcacheSizes } from "./gcache.ts";
import { bufferPoolSize, writeSetProblems } from "./running.ts";

/** What the settings of an environment and the arguments of GaleraCluster have in common: one check for both. */

/** Name of a Galera cluster: a line of my.cnf and a word of the shell; Galera takes 32 bytes. */
export const clusterName = described(
  "cluster",
  z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$/, 'expected 1 to 32 letters, digits, "-", "_" or "."'),
);

/** A member of a Galera cluster that others made. */
export interface AdoptedMember {
  /** `wsrep_node_name` of it. */
  name: string;
  /** At which the other members reach it. */
  address: string;
}

/** What has the same name in the settings and the component. */
export const adoptedMember = {
  name: described(
    "member",
    z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/, 'expected a name of letters, digits, "-", "_" and "."'),
  ),
  address: addressSchema,
};

/** Percent of a disk: whole, since scripts compare it. */
export const diskPercent = described("percent", count(1, 99));

/** Of less than that so little is left at the limit that a node would be full before it could say so. */
export const diskCounted = sizeBetween("1G", "16777216G");

/** What has the same name and unit in both. */
export const databaseFields = {
  profile: setting(
    "reload",
    "How soon a node that is silent counts as gone: for links like a `lan` (a lost node costs 1.3 s), or a `wan` of up to 300 ms round trip (some 11 s: give `chaos.budgets` more, too).",
    z.enum(["lan", "wan"]).optional(),
    { without: "`lan`" },
  ),
  innodbBufferPoolSize: setting(
    "reload",
    "InnoDB's buffer pool on each node. Where innodbBufferPoolSizeMax is not given, a change is a rolling restart.",
    // The least that InnoDB takes.
    sizeBetween("5M", "16384G").optional(),
    { without: "`256M`" },
  ),
  innodbBufferPoolSizeMax: setting(
    "rolling",
    "How far innodbBufferPoolSize may be raised later without a restart. Costs addresses, no memory.",
    sizeBetween("5M", "16384G").optional(),
    { without: "innodbBufferPoolSize" },
  ),
  gcacheSize: setting(
    "rolling",
    "The write-set cache, from which a node that was away catches up without a full transfer.",
    gcacheSizes.optional(),
    { without: "`128M`, or what follows from writeRate and toleratedOutage" },
  ),
  writeRate: setting(
    "rolling",
    "In place of gcacheSize, with toleratedOutage: what clients write in a second, at the busiest time.",
    sizeSchema.optional(),
    { without: "gcacheSize holds" },
  ),
  sstMethod: setting(
    "reload",
    "How a new node gets the data; `mariabackup` leaves the giving node writable, `rsync` is quicker.",
    z.enum(["mariabackup", "rsync"]).optional(),
    { without: "`mariabackup`" },
  ),
  maxConnections: setting("reload", "Clients of each node at a time.", count(1, 100_000).optional(), {
    without: "200",
  }),
  maxUserConnections: setting(
    "reload",
    "Connections to one node that one application's user may have.",
    count(1, 100_000).optional(),
    { without: "three quarters of maxConnections" },
  ),
  maxWsRows: setting(
    "reload",
    "Rows that one transaction may change; 0 is any number.",
    count(0, 2 ** 31 - 1).optional(),
    { without: "0" },
  ),
  maxWsSize: setting("reload", "Size of one transaction's write-set, less than 2G.", sizeSchema.optional(), {
    without: "`512M`",
  }),
  syncWait: setting(
    "reload",
    "What sessions wait for unless they say otherwise: 1 reads, 2 updates and deletes, 4 inserts, or their sum.",
    count(0, 15).optional(),
    { without: "0" },
  ),
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
