import type { GaleraClusterArgs } from "../../components/galera/index.ts";
import type { Sound } from "../../core/schema.ts";
import type { Settings } from "./schema.ts";

/** What the settings say of the database, as arguments of GaleraCluster; or, of wrong settings, as much of it as is right. */
export function databaseArgs({ database = {}, time = {}, lab }: Sound<Pick<Settings, "database" | "time" | "lab">>) {
  const { cluster, diskWarning, diskFull, diskCounted, adopt, ...same } = database;
  return {
    ...same,
    clusterName: cluster,
    adopt: adopt?.flatMap((member) =>
      member?.name && member.address ? [{ name: member.name, address: member.address }] : [],
    ),
    // A lab's volumes are on the machine's own disk, which may well be used by much else.
    capacity: { warning: diskWarning, full: diskFull, counted: diskCounted ?? (lab && ("40G" as const)) },
    clock: { warning: time.warning, critical: time.critical },
  } satisfies Partial<GaleraClusterArgs>;
}

/** Where an argument of GaleraCluster stands in the settings. */
export const placeOf = (argument: string): string => places[argument] ?? `database.${argument}`;

const places: Record<string, string> = {
  clusterName: "database.cluster",
  "capacity.warning": "database.diskWarning",
  "capacity.full": "database.diskFull",
  "capacity.counted": "database.diskCounted",
  "clock.warning": "time.warning",
  "clock.critical": "time.critical",
};
