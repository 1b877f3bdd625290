import type { Size } from "../../core/size.ts";
import { text } from "../../core/sql.ts";
import { type CapacityLimits, diskUsedSql } from "./capacity.ts";
import { checksPortConf } from "./connections.ts";
import { evsPeriods } from "./evs.ts";
import { ports } from "./facts.ts";
import { type GcacheSettings, gcacheSize } from "./gcache.ts";
import { optionValue } from "./optionFile.ts";
import { userSql } from "./passwords.ts";
import { bufferPoolSize, type RunningSettings } from "./running.ts";

/**
 * How a Galera cluster replicates and what a node may use. Names are MariaDB's own. Those of `running.ts` change while the
 * database runs, all others with a restart of each node.
 */
export interface GaleraSettings extends RunningSettings, GcacheSettings {
  /**
   * How far innodbBufferPoolSize may be raised later without a restart; only addresses are set aside for it, no memory.
   * @default innodbBufferPoolSize
   * @example "4G"
   */
  innodbBufferPoolSizeMax?: Size;
}

/** All that one node's configuration depends on. */
export interface NodeConfig extends GaleraSettings {
  clusterName: string;
  nodeName: string;
  nodeAddress: string;
  /** Addresses of all members, all that vote: the same list on each. */
  addresses: string[];
}

/** What the library is told when a node starts, and at no other time: `wsrep_provider_options`. */
export function startOptions(node: Pick<NodeConfig, "clusterName" | "nodeAddress"> & GaleraSettings): string {
  const { inactiveCheckPeriod } = evsPeriods(node.clusterName, node.profile, node.evs);
  const provider = {
    // By this address it calls the others, too, which know it by that (see wsrep_allowlist).
    "gmcast.listen_addr": `tcp://${node.nodeAddress}:${ports.replication}`,
    "gcache.size": gcacheSize(node.clusterName, node),
    "pc.recovery": "true",
    "evs.inactive_check_period": `PT${inactiveCheckPeriod}S`,
  };
  return Object.entries(provider)
    .map(([key, value]) => `${key}=${value}`)
    .join(";");
}

/** The node's file for /etc/mysql/mariadb.conf.d: what is read at the start alone. */
export function nodeConf(node: NodeConfig): string {
  return `[mariadbd]
bind_address = 0.0.0.0
binlog_format = ROW
default_storage_engine = InnoDB
${checksPortConf}innodb_autoinc_lock_mode = 2
innodb_buffer_pool_size_max = ${node.innodbBufferPoolSizeMax ?? bufferPoolSize(node)}
# Anything else loses committed writes when all nodes go down at once.
innodb_flush_log_at_trx_commit = 1
max_allowed_packet = 64M
# How full the disks are, for the monitoring user.
plugin_load_add = disks
# The members of the view by name, for the supervisor.
plugin_load_add = wsrep_info
skip_name_resolve = ON
wsrep_on = ON
wsrep_provider = /usr/lib/galera/libgalera_smm.so
wsrep_provider_options = "${startOptions(node)}"
wsrep_cluster_name = ${node.clusterName}
wsrep_cluster_address = gcomm://${node.addresses.join(",")}
# Who may connect to replicate, from the making of the cluster on; a member that comes later: see allowlistSql.
wsrep_allowlist = ${node.addresses.join(",")}
wsrep_node_name = ${node.nodeName}
wsrep_node_address = ${node.nodeAddress}
# The socket user that the package makes; no password to keep.
wsrep_sst_auth = mysql:
wsrep_slave_threads = 2

[sst]
# A joiner clears its old data away before it listens for new ones: a donor tries for 60 s, not once after 10 s (see images/galera).
sockopt = retry=300,interval=0.2
`;
}

/** All nodes by name for /etc/hosts: without it each phase of a state transfer waits 10 s for a reverse look-up. */
export function hostsFile(nodes: readonly { name: string; address: string }[]): string {
  return nodes.map((node) => `${node.address} ${node.name}\n`).join("");
}

/** A database with its own user, made when the cluster is. */
export interface DatabaseSpec<Secret = string> {
  name: string;
  user: string;
  password: Secret;
  /** Databases that the user may also read. */
  reads?: string[];
}

/**
 * Whom Galera lets in to replicate stands in a table that all nodes share, and counts at once. The variable of that name fills it
 * only when a cluster is made, so each node adds the members that it knows; an empty table lets everybody in.
 */
const allowlistSql = (addresses: readonly string[]): string =>
  `INSERT IGNORE INTO mysql.wsrep_allowlist (ip) VALUES ${addresses.map((address) => `(${text(address)})`).join(", ")};`;

/** Takes former members off that list, once no member that stays knows them. Who is connected stays so until it leaves. */
export const retireAddressesSql = (addresses: readonly string[]): string =>
  `DELETE FROM mysql.wsrep_allowlist WHERE ip NOT IN (${addresses.map(text).join(", ")});\n`;

/**
 * What a node does to its databases and users whenever it starts. Statements that change nothing when they run again, so
 * that a database added later is there after the rolling change, and a password is the one that the component knows.
 */
export function databasesSql(
  databases: readonly DatabaseSpec[],
  monitor: { user: string; password: string },
  supervisor: { user: string; password: string },
  capacity: CapacityLimits,
  addresses: readonly string[],
): string {
  return [
    allowlistSql(addresses),
    ...databases.flatMap(({ name, user, password, reads = [] }) => [
      `CREATE DATABASE IF NOT EXISTS ${identifier(name)};`,
      ...userSql({ user, password }),
      `GRANT ALL ON ${grantable(name)}.* TO ${text(user)}@'%';`,
      ...reads.map((other) => `GRANT SELECT ON ${grantable(other)}.* TO ${text(user)}@'%';`),
    ]),
    ...monitorSql(monitor),
    ...supervisorSql(supervisor),
    ...diskUsedSql(capacity, `${text(monitor.user)}@'%'`),
    "",
  ].join("\n");
}

/**
 * What a cluster that others made must know before a node can join it: the user by which nodes ask each other what they are, their
 * addresses, and who gives data to others. All else the node makes itself once it is Synced.
 */
export function introductionSql(monitor: { user: string; password: string }, addresses: readonly string[]): string {
  const donor = "'mysql'@'localhost'";
  return [
    allowlistSql(addresses),
    ...monitorSql(monitor),
    // As Debian's package makes it: by this user a node gives its data to others.
    `CREATE USER IF NOT EXISTS ${donor} IDENTIFIED VIA unix_socket;`,
    `GRANT RELOAD, PROCESS, LOCK TABLES, BINLOG MONITOR, REPLICA MONITOR ON *.* TO ${donor};`,
    "",
  ].join("\n");
}

const monitorSql = (monitor: { user: string; password: string }): string[] => [
  ...userSql(monitor),
  // The state of the server is for everybody to see. Earlier versions gave it the text of every statement that runs.
  `REVOKE PROCESS ON *.* FROM ${text(monitor.user)}@'%';`,
];

/**
 * Between what a supervisor knows and what it does the view may shrink, and of two members none may be evicted: so the server itself looks
 * whether its view is still the one of these members (uuids in their order, with commas). Says whether it evicted.
 */
const evictFromView =
  `CREATE PROCEDURE IF NOT EXISTS trivet.evict_from_view(lost VARCHAR(36), members TEXT) SQL SECURITY DEFINER
IF EXISTS (SELECT 1 FROM information_schema.global_status WHERE variable_name = 'wsrep_cluster_status' AND variable_value = 'Primary')
  AND (SELECT BINARY GROUP_CONCAT(uuid ORDER BY BINARY uuid) FROM information_schema.wsrep_membership) = BINARY members
THEN BEGIN SET GLOBAL wsrep_provider_evs_evict = lost; SELECT 1 AS evicted; END;
ELSE SELECT 0 AS evicted; END IF`.replaceAll(/\s*\n\s*/g, " ");

/**
 * MariaDB lets nobody but SUPER evict a member or see who is one. So that the supervisor has no such right, procedures do these things for
 * it, and nothing else; they are all that it may use, and only from the host itself. `evict` itself clears the list, and evicts for
 * supervisors of the former version during a rolling change.
 */
function supervisorSql({ user, password }: { user: string; password: string }): string[] {
  return [
    "CREATE DATABASE IF NOT EXISTS trivet;",
    "CREATE PROCEDURE IF NOT EXISTS trivet.evict(member VARCHAR(36)) SQL SECURITY DEFINER SET GLOBAL wsrep_provider_evs_evict = member;",
    "CREATE PROCEDURE IF NOT EXISTS trivet.view_members() SQL SECURITY DEFINER SELECT 'member', uuid, name FROM information_schema.wsrep_membership;",
    // As a whole: a client that reads a file would end a statement at the first semicolon.
    `EXECUTE IMMEDIATE ${text(evictFromView)};`,
    ...userSql({ user, password, from: "127.0.0.1" }),
    `GRANT EXECUTE ON trivet.* TO ${text(user)}@'127.0.0.1';`,
  ];
}

const identifier = (name: string): string => `\`${name.replaceAll("`", "``")}\``;
/** In GRANT, `_` and `%` in a database's name are wildcards. */
const grantable = (name: string): string => identifier(name).replaceAll(/[_%]/g, "\\$&");

/** Client options with a user's password, for scripts that must not have it on their command line. */
export function clientConf({ user, password }: { user: string; password: string }): string {
  return `[client]\nuser = ${user}\npassword = ${optionValue(password)}\n`;
}
