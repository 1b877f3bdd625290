import test from "ava";
import { runningConf } from "../../../components/galera/running.ts";

test("what changes while the database runs", (t) => {
  t.is(
    runningConf("it", {}),
    `[mariadbd]
innodb_buffer_pool_size = 268435456
max_connections = 200
connect_timeout = 5
wsrep_max_ws_rows = 0
wsrep_max_ws_size = 536870912
loose_wsrep_provider_evs_keepalive_period = 0.300000
loose_wsrep_provider_evs_suspect_timeout = 1.000000
loose_wsrep_provider_evs_inactive_timeout = 5.000000
loose_wsrep_provider_evs_install_timeout = 5.000000
loose_wsrep_provider_evs_join_retrans_period = 0.200000
wsrep_retry_autocommit = 4
wsrep_sst_method = mariabackup
wsrep_sync_wait = 0
`,
  );
});

test("its settings", (t) => {
  const lines = runningConf("it", {}).split("\n");
  const changed = runningConf("it", {
    evs: { suspectTimeout: "2s" },
    innodbBufferPoolSize: "300001K",
    maxConnections: 500,
    maxWsRows: 1_000_000,
    maxWsSize: "1G",
    sstMethod: "rsync",
    syncWait: 1,
  });
  t.deepEqual(
    changed.split("\n").filter((line) => !lines.includes(line)),
    [
      "innodb_buffer_pool_size = 307232768",
      "max_connections = 500",
      "wsrep_max_ws_rows = 1000000",
      "wsrep_max_ws_size = 1073741824",
      "loose_wsrep_provider_evs_suspect_timeout = 2.000000",
      "wsrep_sst_method = rsync",
      "wsrep_sync_wait = 1",
    ],
  );
});

test("a write-set above Galera's own limit", (t) => {
  t.throws(() => runningConf("It", { maxWsSize: "2G" }), { name: "UserError", message: /less than "2G"/ });
});
