import test from "ava";
import { clientCnf, credentialsCnf } from "../../../components/icinga/credentials.ts";
import { icingadbYml, redisConf } from "../../../components/icinga/icingadb.ts";
import type { Retention } from "../../../core/inventory.ts";

const database = { host: "galeradb.service.consul", name: "icingadb", user: "icingadb", password: 'a"b\\c' };

test("the daemon: database by its name, Redis beside it", (t) => {
  t.deepEqual(JSON.parse(icingadbYml(database, "redis-pw")), {
    database: {
      type: "mysql",
      host: "galeradb.service.consul",
      port: 3306,
      database: "icingadb",
      user: "icingadb",
      password: 'a"b\\c',
    },
    redis: { host: "127.0.0.1", port: 6380, password: "redis-pw" },
    retention: {},
    logging: { level: "info", output: "console" },
  });
});

test("the daemon deletes what is older than it is to be kept", (t) => {
  const retention = (kept: Retention) => JSON.parse(icingadbYml(database, "redis-pw", kept)).retention;
  t.deepEqual(retention({ history: "400d", sla: "800d" }), { "history-days": 400, "sla-days": 800 });
  t.deepEqual(retention({ history: "48h", sla: "forever" }), { "history-days": 2 });
});

test("Redis asks for a password and keeps what the daemon has not written yet", (t) => {
  t.is(
    redisConf("pw"),
    `bind * -::*
port 6380
requirepass pw
daemonize no
dir /var/lib/redis
appendonly yes
appendfsync everysec
save ""
`,
  );
});

test("options of the database client", (t) => {
  t.is(
    clientCnf(database),
    `[client]
host = "galeradb.service.consul"
port = 3306
user = "icingadb"
password = "a\\"b\\\\c"
skip-ssl-verify-server-cert

[mariadb-client]
database = "icingadb"
connect-timeout = 2
# On a cluster: read what any node has committed, whichever node answers.
init-command = "SET SESSION wsrep_sync_wait = 15"
`,
  );
});

test("a group of options for each credential of a check", (t) => {
  t.is(
    credentialsCnf({ monitor: { user: "trivet_monitor", password: "pw" }, shop: { user: "s", password: "t" } }),
    `[credential_monitor]
user = "trivet_monitor"
password = "pw"
skip-ssl-verify-server-cert

[credential_shop]
user = "s"
password = "t"
skip-ssl-verify-server-cert
`,
  );
});
