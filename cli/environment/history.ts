import { icingaDb } from "../../components/icinga/facts.ts";
import { keptDays } from "../../core/duration.ts";
import type { Inventory, Retention } from "../../core/inventory.ts";
import type { Settings } from "../../stacks/settings.ts";

const titles = { icingadb: "Icinga DB", ido: "the IDO" };

/**
 * What a change of the settings does to Icinga's history, before anything is changed: a sentence or two each. `former` is what was
 * recorded of the environment as it is.
 */
export function historyWarnings(
  { icinga: { backend: before, retention: kept } }: Pick<Inventory, "icinga">,
  { backend: after, retention }: Pick<Settings["monitoring"], "backend" | "retention">,
): string[] {
  return [...ofBackend(before, after), ...ofRetention(kept, retention, after)];
}

function ofBackend(before: Settings["monitoring"]["backend"], after: typeof before): string[] {
  if (before === after) return [];
  return [
    `monitoring.backend changes from ${before} to ${after}. All history that ${titles[before]} wrote stays in the database, in tables of its own, ` +
      `and is shown again after a change back. From now on Icinga Web shows what ${titles[after]} wrote: ` +
      `what happened while ${titles[before]} wrote is not in it, and what happens from now on will not be in ${titles[before]}.`,
  ];
}

/** Only what is kept for a shorter time than before: rows go for good. */
function ofRetention(
  before: Retention | undefined,
  after: Retention,
  backend: Settings["monitoring"]["backend"],
): string[] {
  const parts = [
    ["history", "Icinga's history"],
    ...(backend === icingaDb.name ? [["sla", "what reports of availability are made from"]] : []),
  ] as ["history" | "sla", string][];
  return parts.flatMap(([part, title]) => {
    const days = keptDays(after[part]);
    if (days === undefined || days >= (keptDays(before?.[part]) ?? Number.POSITIVE_INFINITY)) return [];
    const formerly = keptDays(before?.[part]);
    return [
      `monitoring.retention.${part}: ${title} was kept ${formerly === undefined ? "for ever" : `for ${formerly} days`}; what is older than ${days} days will be deleted for good. ` +
        'Give it a longer time, or "forever", to keep it.',
    ];
  });
}

/** Those of an environment that is recorded; none of one that is new. */
export const historyText = (former: Inventory | undefined, { monitoring }: Settings): string =>
  former
    ? historyWarnings(former, monitoring)
        .map((warning) => `warning: ${warning}\n`)
        .join("")
    : "";
