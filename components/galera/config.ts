/** How a Galera cluster replicates and what a node may use. Names are MariaDB's own. */
export interface GaleraSettings {
  /** `mariabackup` (the default) leaves the donor writable; `rsync` is quicker and blocks it. */
  sstMethod?: "mariabackup" | "rsync";
  /** InnoDB's buffer pool, as MariaDB writes sizes: `"256M"` unless given. */
  innodbBufferPoolSize?: string;
  /** The write-set cache, from which a node that was away catches up without a full transfer: `"128M"` unless given. */
  gcacheSize?: string;
  /** 200 unless given. */
  maxConnections?: number;
}

/** What one node is told of itself and of the cluster. */
export interface NodeConfig extends GaleraSettings {
  clusterName: string;
  nodeName: string;
  nodeAddress: string;
  /** Addresses of all nodes, this one included: the same list on each. */
  addresses: string[];
}

/**
 * Failure detection. With these a dead or cut-off node is out of the view in 2.3 s (measured: median of 10, default 6.4 s),
 * and a freeze of 1.5 s evicts nobody. `join_retrans_period` shortens every case; `install_timeout` must not exceed
 * `inactive_timeout`, and left unset it lets a node that is re-created at once take the quorum from the others.
 */
const evs = {
  "evs.keepalive_period": "PT0.3S",
  "evs.inactive_check_period": "PT0.2S",
  "evs.suspect_timeout": "PT2S",
  "evs.inactive_timeout": "PT5S",
  "evs.install_timeout": "PT5S",
  "evs.join_retrans_period": "PT0.2S",
};

/** The node's file for /etc/mysql/mariadb.conf.d. */
export function nodeConf(node: NodeConfig): string {
  const provider = { "gcache.size": node.gcacheSize ?? "128M", "pc.recovery": "true", ...evs };
  const options = Object.entries(provider).map(([key, value]) => `${key}=${value}`);
  return `[mariadbd]
bind_address = 0.0.0.0
binlog_format = ROW
default_storage_engine = InnoDB
innodb_autoinc_lock_mode = 2
innodb_buffer_pool_size = ${node.innodbBufferPoolSize ?? "256M"}
# Anything else loses committed writes when all nodes go down at once.
innodb_flush_log_at_trx_commit = 1
max_allowed_packet = 64M
max_connections = ${node.maxConnections ?? 200}
skip_name_resolve = ON
wsrep_on = ON
wsrep_provider = /usr/lib/galera/libgalera_smm.so
wsrep_provider_options = "${options.join(";")}"
wsrep_cluster_name = ${node.clusterName}
wsrep_cluster_address = gcomm://${node.addresses.join(",")}
wsrep_node_name = ${node.nodeName}
wsrep_node_address = ${node.nodeAddress}
wsrep_sst_method = ${node.sstMethod ?? "mariabackup"}
# The socket user that the package makes; no password to keep.
wsrep_sst_auth = mysql:
wsrep_slave_threads = 2
wsrep_retry_autocommit = 4
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
 * What a node does to its databases and users whenever it starts. Statements that change nothing when they run again, so
 * that a database added later is there after the rolling change, and a password is the one that the component knows.
 */
export function databasesSql(databases: readonly DatabaseSpec[], monitor: { user: string; password: string }): string {
  return [
    ...databases.flatMap(({ name, user, password, reads = [] }) => [
      `CREATE DATABASE IF NOT EXISTS ${identifier(name)};`,
      ...userSql(user, password),
      `GRANT ALL ON ${grantable(name)}.* TO ${text(user)}@'%';`,
      ...reads.map((other) => `GRANT SELECT ON ${grantable(other)}.* TO ${text(user)}@'%';`),
    ]),
    ...userSql(monitor.user, monitor.password),
    `GRANT PROCESS ON *.* TO ${text(monitor.user)}@'%';`,
    "",
  ].join("\n");
}

function userSql(user: string, password: string): string[] {
  return [
    `CREATE USER IF NOT EXISTS ${text(user)}@'%' IDENTIFIED BY ${text(password)};`,
    `ALTER USER ${text(user)}@'%' IDENTIFIED BY ${text(password)};`,
  ];
}

const identifier = (name: string): string => `\`${name.replaceAll("`", "``")}\``;
/** In GRANT, `_` and `%` in a database's name are wildcards. */
const grantable = (name: string): string => identifier(name).replaceAll(/[_%]/g, "\\$&");
const text = (value: string): string => `'${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;

/** Client options with a user's password, for scripts that must not have it on their command line. */
export function clientConf({ user, password }: { user: string; password: string }): string {
  return `[client]\nuser = ${user}\npassword = "${password}"\n`;
}

/**
 * The script by which Consul asks the database on its own host whether an application may be sent there. `clockPath` is
 * the script of `clock.ts`.
 */
export function checkScript(credentialsPath: string, clockPath: string): string {
  return `#!/bin/bash
# Fit for clients: Primary, Synced, ready, writable, and right about the time. A port that accepts connections says none of this.
before=$(date +%s%6N)
answer=$(mariadb --defaults-extra-file=${credentialsPath} --host=127.0.0.1 --skip-ssl --connect-timeout=1 --skip-column-names --batch -e "
  SELECT CONCAT_WS(' ',
    (SELECT variable_value FROM information_schema.global_status WHERE variable_name = 'wsrep_cluster_status'),
    (SELECT variable_value FROM information_schema.global_status WHERE variable_name = 'wsrep_local_state'),
    (SELECT variable_value FROM information_schema.global_status WHERE variable_name = 'wsrep_ready'),
    IF(@@global.read_only, 'read-only', 'writable')), ${utcMicroseconds}" 2>&1)
after=$(date +%s%6N)
IFS=$'\\t' read -r state time <<< "$answer"
if [ "$state" != "Primary 4 ON writable" ]; then
  echo "\${answer%%$'\\t'*}"
  exit 2
fi
clock=$(bash ${clockPath} ${credentialsPath} "$time" "$before" "$after")
code=$?
# Without the offset's own figure: words that are the same every time are not written to Consul's log again.
echo "$state, \${clock#* }"
exit $code
`;
}

/** The database's clock, whatever the session's time zone is. */
const utcMicroseconds = "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6))";
