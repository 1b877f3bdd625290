import test from "ava";
import { clientConf, databasesSql, hostsFile, nodeConf } from "../../../components/galera/config.ts";
import { galeraFlows } from "../../../components/galera/flows.ts";

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
innodb_autoinc_lock_mode = 2
innodb_buffer_pool_size = 256M
# Anything else loses committed writes when all nodes go down at once.
innodb_flush_log_at_trx_commit = 1
max_allowed_packet = 64M
max_connections = 200
skip_name_resolve = ON
wsrep_on = ON
wsrep_provider = /usr/lib/galera/libgalera_smm.so
wsrep_provider_options = "gcache.size=128M;pc.recovery=true;evs.keepalive_period=PT0.3S;evs.inactive_check_period=PT0.2S;evs.suspect_timeout=PT2S;evs.inactive_timeout=PT5S;evs.install_timeout=PT5S;evs.join_retrans_period=PT0.2S"
wsrep_cluster_name = shop
wsrep_cluster_address = gcomm://198.18.1.11,198.18.2.11,198.18.3.11
wsrep_node_name = db2
wsrep_node_address = 198.18.2.11
wsrep_sst_method = mariabackup
# The socket user that the package makes; no password to keep.
wsrep_sst_auth = mysql:
wsrep_slave_threads = 2
wsrep_retry_autocommit = 4
`,
  );
});

test("its settings", (t) => {
  const changed = nodeConf({
    ...node,
    sstMethod: "rsync",
    innodbBufferPoolSize: "4G",
    gcacheSize: "1G",
    maxConnections: 500,
  })
    .split("\n")
    .filter((line) => !nodeConf(node).split("\n").includes(line));
  t.deepEqual(
    changed.map((line) => line.replace(/;.*/, "")),
    [
      "innodb_buffer_pool_size = 4G",
      "max_connections = 500",
      'wsrep_provider_options = "gcache.size=1G',
      "wsrep_sst_method = rsync",
    ],
  );
});

test("databases and users: repeatable, one database never more than asked for", (t) => {
  const databases = [
    { name: "trivet_app", user: "app", password: "it's" },
    { name: "icingaweb", user: "web", password: "w", reads: ["icinga_ido"] },
  ];
  t.is(
    databasesSql(databases, { user: "trivet_monitor", password: "m" }),
    `CREATE DATABASE IF NOT EXISTS \`trivet_app\`;
CREATE USER IF NOT EXISTS 'app'@'%' IDENTIFIED BY 'it''s';
ALTER USER 'app'@'%' IDENTIFIED BY 'it''s';
GRANT ALL ON \`trivet\\_app\`.* TO 'app'@'%';
CREATE DATABASE IF NOT EXISTS \`icingaweb\`;
CREATE USER IF NOT EXISTS 'web'@'%' IDENTIFIED BY 'w';
ALTER USER 'web'@'%' IDENTIFIED BY 'w';
GRANT ALL ON \`icingaweb\`.* TO 'web'@'%';
GRANT SELECT ON \`icinga\\_ido\`.* TO 'web'@'%';
CREATE USER IF NOT EXISTS 'trivet_monitor'@'%' IDENTIFIED BY 'm';
ALTER USER 'trivet_monitor'@'%' IDENTIFIED BY 'm';
GRANT PROCESS ON *.* TO 'trivet_monitor'@'%';
`,
  );
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
    ["tcp 4567", "udp 4567", "tcp 4444", "tcp 4568", "tcp 3306"],
  );
});
