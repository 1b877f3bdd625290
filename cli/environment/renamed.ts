import { UserError } from "../../core/errors.ts";
import type { Inventory } from "../../core/inventory.ts";
import { type Problem, report } from "../../core/problem.ts";
import type { Settings } from "../../stacks/settings.ts";

/**
 * Refuses another name for a cluster that is there: a node of the new name is refused by those of the old one, so that a rolling
 * change would take one away after the other.
 *
 * @throws {UserError} with a problem each, before anything is touched
 */
export function mustKeepNames(former: Inventory | undefined, settings: Pick<Settings, "database" | "discovery">): void {
  if (!former) return;
  const problems = renamed(former, settings);
  if (problems.length > 0) throw new UserError(report(`Settings of "${former.environment}", which is up`, problems));
}

/** `former` is what was recorded of the environment as it is; an earlier version recorded no names. */
export function renamed(
  { environment, database, discovery }: Pick<Inventory, "environment" | "database" | "discovery">,
  settings: Pick<Settings, "database" | "discovery">,
): Problem[] {
  const names: [where: string, before: string | undefined, after: string, what: string][] = [
    ["database.cluster", database.cluster, settings.database.cluster, "the Galera cluster"],
    ["discovery.datacenter", discovery?.datacenter, settings.discovery.datacenter, "Consul's data centre"],
  ];
  return [
    ...adopts({ environment, database }, settings),
    ...names
      .filter(([, before, after]) => before !== undefined && before !== after)
      .map(([where, before, after, what]) => ({
        where,
        given: `"${after}", where ${what} that runs is "${before}"`,
        expected: `the same name, since members of another one are refused: a change would split it`,
        mend: `write "${before}" again, or make the environment anew: trivet destroy ${environment}`,
      })),
  ];
}

/** A database that is there has data of its own, which no other cluster's members would take. */
function adopts(
  { environment, database }: Pick<Inventory, "environment" | "database">,
  settings: Pick<Settings, "database">,
): Problem[] {
  if (!settings.database.adopt || database.adopt) return [];
  return [
    {
      where: "database.adopt",
      given: "members of another cluster, where the database that runs has data of its own",
      expected: "none, since a node can't be in two clusters",
      mend: `remove it; to take a cluster over, begin with an environment that is not there yet (trivet destroy ${environment})`,
    },
  ];
}
