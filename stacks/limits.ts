import { diskLimits } from "../components/galera/facts.ts";
import type { Check, WatchedHost } from "../components/icinga/watched.ts";
import type { Settings } from "./settings.ts";

/**
 * Icinga judges by the limits that the settings give to the nodes themselves, where a check has none of its own: clocks by
 * `time`, the disks of database nodes by `database.diskWarning` and `diskFull`.
 */
export function withLimits(
  settings: Pick<Settings, "hosts" | "time" | "database">,
  watched: readonly WatchedHost[],
): WatchedHost[] {
  const { diskWarning = diskLimits.warning, diskFull = diskLimits.full } = settings.database;
  const isNode = (name: string) => settings.hosts.some((host) => host.name === name && host.roles.includes("database"));
  const limited = (name: string, check: Check): Check => {
    if (check.kind === "ntp") {
      const { warning, critical } = settings.time;
      return { warning, critical, ...check };
    }
    if (check.kind !== "capacity" || !isNode(name)) return check;
    return { warning: `${diskWarning}%`, critical: `${diskFull}%`, ...check };
  };
  return watched.map((host) => ({ ...host, checks: host.checks.map((check) => limited(host.name, check)) }));
}
