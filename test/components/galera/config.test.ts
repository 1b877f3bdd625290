import test from "ava";
import { capacityLimits, diskUsedSql } from "../../../components/galera/capacity.ts";
import {
  clientConf,
  databasesSql,
  hostsFile,
  introductionSql,
  type NodeConfig,
  nodeConf,
} from "../../../components/galera/config.ts";
import { galeraFlows } from "../../../components/galera/flows.ts";
import { userSql } from "../../../components/galera/passwords.ts";

const monitor = { user: "trivet_monitor", password: "m" };
const supervisor = { user: "trivet_supervisor", password: "s" };
const node = {
  clusterName: "shop",
  nodeName: "db2",
  nodeAddress: "198.18.2.11",
  addresses: ["198.18.1.11", "198.18.2.11", "198.18.3.11"],
};

test("a node's configuration", (t) => {
  t.is(
    nodeConf(node),
    `[mariadbd]
bind_address = 0.0.0.0
binlog_format = ROW
default_storage_engine = InnoDB
extra_port = 3307
extra_max_connections = 30
innodb_autoinc_lock_mode = 2
innodb_buffer_pool_size_max = 256M
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
wsrep_provider_options = "gmcast.listen_addr=tcp://198.18.2.11:4567;gcache.size=128M;pc.recovery=true;evs.inactive_check_period=PT0.1S"
wsrep_cluster_name = shop
wsrep_cluster_address = gcomm://198.18.1.11,198.18.2.11,198.18.3.11
# Who may connect to replicate, from the making of the cluster on; a member that comes later: see allowlistSql.
wsrep_allowlist = 198.18.1.11,198.18.2.11,198.18.3.11
wsrep_node_name = db2
wsrep_node_address = 198.18.2.11
# The socket user that the package makes; no password to keep.
wsrep_sst_auth = mysql:
wsrep_slave_threads = 2

[sst]
# A joiner clears its old data away before it listens for new ones: a donor tries for 60 s, not once after 10 s (see images/galera).
sockopt = retry=300,interval=0.2
`,
  );
});

test("what changes it, and with it the container", (t) => {
  const changed = (change: Partial<NodeConfig>) =>
    nodeConf({ ...node, ...change })
      .split("\n")
      .filter((line) => !nodeConf(node).split("\n").includes(line))
      .map((line) => line.replace(/;pc.recovery=true/, ""));
  t.deepEqual(changed({ gcacheSize: "1G" }), [
    'wsrep_provider_options = "gmcast.listen_addr=tcp://198.18.2.11:4567;gcache.size=1G;evs.inactive_check_period=PT0.1S"',
  ]);
  t.deepEqual(changed({ evs: { inactiveCheckPeriod: "300ms" } }), [
    'wsrep_provider_options = "gmcast.listen_addr=tcp://198.18.2.11:4567;gcache.size=128M;evs.inactive_check_period=PT0.3S"',
  ]);
  t.deepEqual(changed({ innodbBufferPoolSize: "4G" }), ["innodb_buffer_pool_size_max = 4G"]);
  const room = { innodbBufferPoolSizeMax: "8G" } as const;
  t.is(nodeConf({ ...node, ...room }), nodeConf({ ...node, ...room, innodbBufferPoolSize: "4G" }));
  t.deepEqual(
    changed({ profile: "wan", maxConnections: 500, maxWsRows: 5, maxWsSize: "1G", sstMethod: "rsync", syncWait: 1 }),
    [],
  );
});

test("databases and users: repeatable, one database never more than asked for", (t) => {
  const databases = [
    { name: "trivet_app", user: "app", password: "it's" },
    { name: "icingaweb", user: "web", password: "w", reads: ["icinga_ido"] },
  ];
  t.is(
    databasesSql(databases, monitor, supervisor, capacityLimits("it"), node.addresses),
    `INSERT IGNORE INTO mysql.wsrep_allowlist (ip) VALUES ('198.18.1.11'), ('198.18.2.11'), ('198.18.3.11');
CREATE DATABASE IF NOT EXISTS \`trivet_app\`;
${userSql({ user: "app", password: "it's" }).join("\n")}
GRANT ALL ON \`trivet\\_app\`.* TO 'app'@'%';
CREATE DATABASE IF NOT EXISTS \`icingaweb\`;
${userSql({ user: "web", password: "w" }).join("\n")}
GRANT ALL ON \`icingaweb\`.* TO 'web'@'%';
GRANT SELECT ON \`icinga\\_ido\`.* TO 'web'@'%';
${userSql({ user: "trivet_monitor", password: "m" }).join("\n")}
REVOKE PROCESS ON *.* FROM 'trivet_monitor'@'%';
CREATE DATABASE IF NOT EXISTS trivet;
CREATE PROCEDURE IF NOT EXISTS trivet.evict(member VARCHAR(36)) SQL SECURITY DEFINER SET GLOBAL wsrep_provider_evs_evict = member;
CREATE PROCEDURE IF NOT EXISTS trivet.view_members() SQL SECURITY DEFINER SELECT 'member', uuid, name FROM information_schema.wsrep_membership;
EXECUTE IMMEDIATE 'CREATE PROCEDURE IF NOT EXISTS trivet.evict_from_view(lost VARCHAR(36), members TEXT) SQL SECURITY DEFINER IF EXISTS (SELECT 1 FROM information_schema.global_status WHERE variable_name = ''wsrep_cluster_status'' AND variable_value = ''Primary'') AND (SELECT BINARY GROUP_CONCAT(uuid ORDER BY BINARY uuid) FROM information_schema.wsrep_membership) = BINARY members THEN BEGIN SET GLOBAL wsrep_provider_evs_evict = lost; SELECT 1 AS evicted; END; ELSE SELECT 0 AS evicted; END IF';
${userSql({ user: "trivet_supervisor", password: "s", from: "127.0.0.1" }).join("\n")}
GRANT EXECUTE ON trivet.* TO 'trivet_supervisor'@'127.0.0.1';
${diskUsedSql(capacityLimits("it"), "'trivet_monitor'@'%'").join("\n")}
`,
  );
});

test("no user may anything on all databases", (t) => {
  const databases = [{ name: "a", user: "a", password: "a", reads: ["b"] }];
  const grants = databasesSql(databases, monitor, supervisor, capacityLimits("it"), node.addresses)
    .split("\n")
    .filter((line) => line.startsWith("GRANT "));
  t.true(grants.length > 3);
  t.deepEqual(
    grants.filter((line) => line.includes(" ON *.*") || line.includes("WITH ")),
    [],
  );
  for (const line of grants) t.notRegex(line, /SUPER|FILE|ADMIN|`(mysql|sys)`/);
});

test("small files", (t) => {
  t.is(
    hostsFile([
      { name: "db1", address: "198.18.1.11" },
      { name: "db2", address: "198.18.2.11" },
    ]),
    "198.18.1.11 db1\n198.18.2.11 db2\n",
  );
  t.is(clientConf({ user: "u", password: "p" }), '[client]\nuser = u\npassword = "p"\n');
});

test("flows between the nodes", (t) => {
  t.deepEqual(
    galeraFlows(["db1", "db2"]).map(({ protocol, port }) => `${protocol} ${port}`),
    ["tcp 4567", "udp 4567", "tcp 4444", "tcp 4568", "tcp 3306", "tcp 4569"],
  );
});

test("a cluster made by others is told of the monitor, the addresses of all, and who gives data: nothing else", (t) => {
  t.is(
    introductionSql(monitor, ["198.18.1.11", "10.1.0.5"]),
    `INSERT IGNORE INTO mysql.wsrep_allowlist (ip) VALUES ('198.18.1.11'), ('10.1.0.5');
${userSql(monitor).join("\n")}
REVOKE PROCESS ON *.* FROM 'trivet_monitor'@'%';
CREATE USER IF NOT EXISTS 'mysql'@'localhost' IDENTIFIED VIA unix_socket;
GRANT RELOAD, PROCESS, LOCK TABLES, BINLOG MONITOR, REPLICA MONITOR ON *.* TO 'mysql'@'localhost';
`,
  );
});
