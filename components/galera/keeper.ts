import type { Host } from "../../core/host.ts";
import type { KeeperFile } from "../../node/keeper/settings.ts";
import { clockLimits } from "../chrony/facts.ts";
import { api } from "../consul/facts.ts";
import { type GaleraClusterArgs, monitorUser, onlyVoting, supervisorUser } from "./args.ts";
import { type ClockSettings, micro } from "./clock.ts";
import { startOptions } from "./config.ts";

/** Where a node's keeper reads what it must know before it does anything (node/keeper/). */
export const keeperPath = "/etc/trivet/galera/keeper.json";

/** Passwords and keys that it has. */
export interface KeeperSecrets {
  monitorPassword: string;
  /** By which the keepers of this cluster know each other's word. */
  key: string;
}

/** The file at {@link keeperPath}, of one node. */
export function keeperJson(
  { name, address }: Pick<Host, "name" | "address">,
  { clusterName, ...args }: GaleraClusterArgs & { clusterName: string },
  { monitorPassword, key }: KeeperSecrets,
): string {
  const {
    servers = [],
    warning = clockLimits.warning,
    critical = clockLimits.critical,
  }: ClockSettings = args.clock ?? {};
  const others = args.hosts.filter((host) => host.name !== name).map(named);
  const content: KeeperFile = {
    cluster: clusterName,
    self: { name, address },
    // Those that it adopts are peers as any: asked what they are, and waited for.
    peers: [...others, ...(args.adopt ?? []).map((each) => ({ ...named(each), adopted: true }))],
    arbitrators: onlyVoting(args).length,
    providerOptions: startOptions({ ...args, clusterName, nodeAddress: address }),
    ours: [monitorUser, supervisorUser],
    monitor: { user: monitorUser, password: monitorPassword },
    key,
    consul: api,
    consulServices: args.consulServices ?? [],
    clock: { servers, warning: micro(warning), critical: micro(critical) },
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

const named = ({ name, address }: { name: string; address: string }) => ({ name, address });
