import type { EvsPeriods } from "../../components/galera/evs.ts";
import type { CheckedSettings } from "../../components/galera/settings.ts";
import { type Duration, seconds } from "../../core/duration.ts";
import type { Draft } from "./draft.ts";
import type { Settings } from "./schema.ts";

/** The database's settings as its component takes them, as far as they are right by themselves: durations are seconds. */
export function databaseSettings({ database, lab }: Pick<Settings | Draft, "database" | "lab">): CheckedSettings {
  const { cluster, evs, joinTimeout, toleratedOutage, diskWarning, diskFull, diskCounted, ...rest } = database ?? {};
  return {
    ...rest,
    joinTimeout: joinTimeout && seconds(joinTimeout),
    evs: evs && inSeconds(evs),
    toleratedOutage: toleratedOutage && seconds(toleratedOutage),
    // A lab's volumes are on the machine's own disk, which may well be used by much else.
    capacity: { warning: diskWarning, full: diskFull, counted: diskCounted ?? (lab && "40G") },
  };
}

/** Where a property of the component has another name in the settings. */
export const settingOf: Readonly<Record<string, string>> = {
  "capacity.warning": "diskWarning",
  "capacity.full": "diskFull",
};

const inSeconds = (periods: { [Name in keyof EvsPeriods]?: Duration }): Partial<EvsPeriods> =>
  Object.fromEntries(
    Object.entries(periods).flatMap(([name, period]) => (period === undefined ? [] : [[name, seconds(period)]])),
  );
