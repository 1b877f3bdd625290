import { keptDays } from "../../core/duration.ts";
import type { Retention } from "../../core/inventory.ts";
import { ports } from "../galera/facts.ts";
import { redisPort } from "./facts.ts";
import type { DatabaseAccess } from "./node.ts";

/** Files of Icinga DB's daemon and its Redis; pure text. */

export const configFolder = "/etc/trivet/icingadb";

/**
 * The Redis of one master: Icinga writes, the daemon reads, the web hosts read over the network. What the daemon has not
 * written to the database yet (history, while the database is away) is in here only, hence the append-only file.
 */
export function redisConf(password: string): string {
  return `bind * -::*
port ${redisPort}
requirepass ${password}
daemonize no
dir /var/lib/redis
appendonly yes
appendfsync everysec
save ""
`;
}

/** Configuration of the daemon. JSON is YAML, and quotes any password. */
export function icingadbYml(
  database: DatabaseAccess<string>,
  redisPassword: string,
  retention: Retention = {},
): string {
  const config = {
    database: {
      type: "mysql",
      host: database.host,
      port: database.port ?? ports.client,
      database: database.name,
      user: database.user,
      password: database.password,
    },
    redis: { host: "127.0.0.1", port: redisPort, password: redisPassword },
    // Without a figure it keeps all.
    retention: { "history-days": keptDays(retention.history), "sla-days": keptDays(retention.sla) },
    logging: { level: "info", output: "console" },
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
