import test from "ava";
import { rules } from "../../../checks/audit/index.ts";
import { inventory, saidWell } from "./sample.ts";

const ruleNamed = (name: string) => rules.find((rule) => rule.name === name)!;

/** What a rule says when one host answers something else, and all others that all is well. */
function judged(name: string, host: string, change: (said: string) => string) {
  const rule = ruleNamed(name);
  const answers = rule.of(inventory).map((service) => {
    const said = saidWell(name, service.service);
    return { service, said: service.host === host ? change(said) : said };
  });
  return rule.judge(answers, inventory).map(({ service, said }) => `${service.host}: ${said}`);
}

test("rules have names of their own, and a title", (t) => {
  t.is(new Set(rules.map(({ name }) => name)).size, rules.length);
  for (const { name, title } of rules) {
    t.regex(name, /^[a-z-]+$/);
    t.truthy(title);
  }
});

for (const { name, of } of rules) {
  test(`${name}: nothing to say where all is well`, (t) => {
    t.true(of(inventory).length > 0);
    t.deepEqual(
      judged(name, "", (said) => said),
      [],
    );
  });
}

const finds = test.macro(
  (t, name: string, host: string, from: string | RegExp, to: string, expected: string | string[]) => {
    const change = (said: string) => {
      const changed = said === "" ? to : said.replace(from, to);
      t.not(changed, said);
      return changed;
    };
    t.deepEqual(judged(name, host, change), [expected].flat());
  },
);

const all = /^.*$/s;
const listed = "nameserver 198.18.1.53\noptions timeout:1";

test(
  "flush 0",
  finds,
  "durable-commits",
  "db2",
  "trx_commit\t1",
  "trx_commit\t0",
  "db2: innodb_flush_log_at_trx_commit = 0",
);
test("no doublewrite", finds, "durable-commits", "db2", "ON", "OFF", "db2: innodb_doublewrite = OFF");
test("no fsync", finds, "durable-commits", "db1", "O_DIRECT", "nosync", "db1: innodb_flush_method = nosync");
test(
  "a variable that is not there",
  finds,
  "durable-commits",
  "db1",
  /innodb_flush_method.*/,
  "",
  "db1: innodb_flush_method = undefined",
);
test(
  "quorum ignored",
  finds,
  "galera-quorum",
  "db3",
  "quorum\tOFF",
  "quorum\tON",
  "db3: wsrep_provider_pc_ignore_quorum = ON",
);
test(
  "no recovery of the last view",
  finds,
  "galera-quorum",
  "db1",
  "recovery\tON",
  "recovery\tOFF",
  "db1: wsrep_provider_pc_recovery = OFF",
);
test("dirty reads", finds, "galera-quorum", "db1", "reads\tOFF", "reads\tON", "db1: wsrep_dirty_reads = ON");
test(
  "an empty cluster address",
  finds,
  "galera-peers",
  "db2",
  /gcomm.*/,
  "gcomm://",
  "db2: wsrep_cluster_address = gcomm://",
);
test(
  "a peer left out",
  finds,
  "galera-peers",
  "db2",
  ",198.18.3.11",
  "",
  "db2: wsrep_cluster_address = gcomm://198.18.1.11,198.18.2.11",
);
test(
  "a slow eviction",
  finds,
  "eviction-time",
  "db2",
  "suspect_timeout = PT1S",
  "suspect_timeout = PT5S",
  "db2: evs: suspect_timeout 5 s + inactive_check_period 0.1 s + join_retrans_period 0.2 s = 5.3 s",
);
test(
  "an install time-out too long",
  finds,
  "eviction-time",
  "db2",
  "install_timeout = PT5S",
  "install_timeout = PT7.5S",
  "db2: evs: install_timeout 7.5 s, inactive_timeout 5 s",
);
test(
  "an application with SUPER",
  finds,
  "privileges",
  "db1",
  "'trivet_app'@'%'\tUSAGE\t*.*",
  "'trivet_app'@'%'\tSUPER\t*.*",
  "db1: 'trivet_app'@'%' has SUPER on *.*",
);
test(
  "one that writes the system's tables",
  finds,
  "privileges",
  "db3",
  "'trivet_app'@'%'\tUSAGE\t*.*",
  "'trivet_app'@'%'\tINSERT\tmysql.*\n'trivet_app'@'%'\tUSAGE\t*.*",
  "db3: 'trivet_app'@'%' has INSERT on mysql.*",
);
test(
  "all privileges",
  finds,
  "privileges",
  "db1",
  "'trivet_app'@'%'\tUSAGE\t*.*",
  ["ALTER", "CREATE", "DELETE", "DROP", "SUPER", "UPDATE"].map((right) => `'a'@'%'\t${right}\t*.*`).join("\n"),
  "db1: 'a'@'%' has ALTER, CREATE, DELETE, DROP and 2 more on *.*",
);
test(
  "a start script that bootstraps",
  finds,
  "bootstrap-flag",
  "db1",
  "join: in the primary component: b c",
  "bootstrap flag left on",
  "db1: beside two living peers it would: bootstrap flag left on",
);
test(
  "a bootstrap option in the configuration",
  finds,
  "bootstrap-flag",
  "db1",
  "--wsrep_provider_options=gcache.size=128M;pc.recovery=true",
  "--wsrep-new-cluster",
  "db1: its configuration has --wsrep-new-cluster",
);
test(
  "pc.bootstrap in the configuration",
  finds,
  "bootstrap-flag",
  "db1",
  "pc.recovery=true",
  "pc.bootstrap=yes",
  "db1: its configuration has --wsrep_provider_options=gcache.size=128M;pc.bootstrap=yes",
);
test(
  "a bootstrap option of the container",
  finds,
  "bootstrap-flag",
  "db1",
  "entrypoint ",
  "entrypoint --wsrep-new-cluster ",
  "db1: its container is started with /usr/bin/tini -- /usr/local/lib/trivet/entrypoint --wsrep-new-cluster",
);
test(
  "safe to bootstrap while it runs",
  finds,
  "bootstrap-flag",
  "db3",
  '"safe":"0"',
  '"safe":"1"',
  "db3: safe_to_bootstrap: 1 in grastate.dat of a node that runs",
);
test("killed after 10 s", finds, "stop-timeout", "db1", "60", "10", "db1: stop timeout 10 s");
test("what a container has more than its service needs", (t) => {
  const rule = ruleNamed("confinement");
  const service = rule.of(inventory).find((each) => each.service === "bind")!;
  const { HostConfig } = JSON.parse(saidWell("confinement", "bind"));
  const found = (change: Record<string, unknown>) =>
    rule
      .judge([{ service, said: JSON.stringify({ HostConfig: { ...HostConfig, ...change } }) }], inventory)
      .map(({ said }) => said);
  t.deepEqual(found({ CapAdd: ["NET_BIND_SERVICE"] }), []);
  t.deepEqual(found({ CapDrop: null }), ["has Docker's default capabilities"]);
  t.deepEqual(found({ CapAdd: ["CAP_NET_RAW", "CHOWN"] }), ["has NET_RAW"]);
  t.deepEqual(found({ Privileged: true }), ["privileged"]);
  t.deepEqual(found({ SecurityOpt: null }), ["a file in it may give its process more power than it was started with"]);
  t.deepEqual(found({ PidMode: "host" }), ["shares processes with host"]);
});
test("Docker's own time to stop", finds, "stop-timeout", "db1", '"StopTimeout":60', "", "db1: stop timeout 10 s");
test("a TCP check", finds, "consul-check", "db1", '"http",', '"tcp",', "db1: check galeradb-fit is of type tcp");
test(
  "a check that asks somebody else",
  finds,
  "consul-check",
  "db1",
  '4570/consul"',
  '8080/health"',
  "db1: check galeradb-fit asks http://127.0.0.1:8080/health",
);
test(
  "a check that only says OK",
  finds,
  "consul-check",
  "db1",
  "Primary 4 ON writable",
  "OK",
  "db1: check galeradb-fit was answered: HTTP GET http://127.0.0.1:4570/consul: 200 OK Output: OK, clock right",
);
test(
  "a slow check",
  finds,
  "consul-check",
  "db1",
  '"interval":"2s"',
  '"interval":"10s"',
  "db1: check galeradb-fit runs every 10s, with a timeout of 2s",
);
test(
  "a check in minutes",
  finds,
  "consul-check",
  "db1",
  '"interval":"2s"',
  '"interval":"1m0s"',
  "db1: check galeradb-fit runs every 1m0s, with a timeout of 2s",
);
test(
  "a check that deregisters",
  finds,
  "consul-check",
  "db1",
  '"0s"',
  '"1m0s"',
  "db1: check galeradb-fit removes the service after 1m0s",
);
test("no check", finds, "consul-check", "db2", all, '{"checks":[],"settings":[]}', "db2: no check of the database");
test("slow elections", finds, "consul-quorum", "dns2", '"1s"', '"5s"', "dns2: raft election timeout 5s");
test(
  "a Consul that bootstraps alone",
  finds,
  "consul-quorum",
  "dns2",
  '"bootstrap":false',
  '"bootstrap":true',
  "dns2: bootstrap = true",
);
test(
  "too few servers expected",
  finds,
  "consul-quorum",
  "dns2",
  '"expect":3',
  '"expect":1',
  "dns2: bootstrap_expect = 1",
);
test(
  "a server that leaves",
  finds,
  "consul-quorum",
  "dns2",
  '"leaveOnTerminate":false',
  '"leaveOnTerminate":true',
  "dns2: leave_on_terminate = true",
);
test("a server without a vote", finds, "consul-quorum", "dns2", ',"dns3"', "", "dns2: voters: dns2, dns1");
test(
  "a server that is not joined",
  finds,
  "consul-quorum",
  "dns2",
  ',"198.18.3.53"',
  "",
  "dns2: retry_join = 198.18.1.53, 198.18.2.53",
);
test("a TTL of a minute", finds, "dns-ttl", "dns3", '"1s"', '"60s"', "dns3: service_ttl *: 60s");
test("warning nodes are named", finds, "dns-ttl", "dns3", "true", "false", "dns3: only_passing = false");
test("a long negative answer", finds, "dns-ttl", "dns3", '"negative":1', '"negative":60', "dns3: soa.min_ttl = 60");
test(
  "BIND's cache of a minute",
  finds,
  "bind-cache",
  "dns1",
  "max-cache-ttl\t2",
  "max-cache-ttl\t60",
  "dns1: max-cache-ttl 60",
);
test(
  "BIND that keeps an answer longer than it lives",
  finds,
  "bind-cache",
  "dns1",
  "servfail-ttl\t0",
  "servfail-ttl\t0\nmin-cache-ttl\t60",
  "dns1: min-cache-ttl 60",
);
test("BIND's own default", finds, "bind-cache", "dns1", "max-cache-ttl\t2\n", "", "dns1: max-cache-ttl is not set");
test(
  "BIND with a file that it has not loaded",
  finds,
  "bind-cache",
  "dns1",
  "no",
  "yes",
  "dns1: named.conf was changed since it was loaded",
);
test("one DNS server", finds, "resolvers", "web1", all, listed, "web1: resolv.conf lists 198.18.1.53");
test("a stranger for a DNS server", finds, "resolvers", "web1", "198.18.3.53", "192.0.2.1", [
  "web1: resolv.conf lists 198.18.1.53, 198.18.2.53, 192.0.2.1",
  "web1: resolv.conf lists 192.0.2.1",
]);
test(
  "glibc's time-out",
  finds,
  "resolvers",
  "web2",
  "timeout:1 ",
  "",
  "web2: resolv.conf has the options: attempts:2 rotate",
);
test("no sources of time", finds, "time-sources", "mon1", /\nsources.*/s, "", "mon1: hears no time source");
test(
  "a time source that is silent",
  finds,
  "time-sources",
  "mon2",
  "198.18.3.53,9,4,377",
  "198.18.3.53,9,4,0",
  "mon2: hears 198.18.1.53, 198.18.2.53",
);
test(
  "a clock that follows nobody",
  finds,
  "time-sources",
  "mon2",
  "Normal",
  "Not synchronised",
  "mon2: not synchronised",
);
test(
  "a clock that is off",
  finds,
  "time-sources",
  "mon2",
  "0.000007419",
  "-1900.25",
  "mon2: the clock is 1900.25 s off",
);
test(
  "wsrep_sync_wait 0",
  finds,
  "sync-wait",
  "mon2",
  '"type"',
  '"options":{"wsrep_sync_wait":0},"type"',
  "mon2: database.options.wsrep_sync_wait: 0",
);
test("icingadb on a satellite", finds, "database-writers", "sat2", "", "IcingaDB", "sat2: the feature icingadb is on");
test("a master without icingadb", finds, "database-writers", "mon1", all, "\n", "mon1: the feature icingadb is off");
test(
  "a third master",
  finds,
  "master-zone",
  "mon1",
  '"mon2"',
  '"mon2","mon3"',
  "mon1: zone master holds mon1, mon2, mon3",
);
test(
  "no notification feature",
  finds,
  "notifications",
  "mon2",
  '{"notification":1}',
  "{}",
  "mon2: the feature notification is off",
);
test("a disk that may be fuller", finds, "disk-limits", "db2", "full=95", "full=99", "db2: full is 99");
test("notifications off", finds, "notifications", "mon2", "true", "false", "mon2: notifications are switched off");
test("no restart", finds, "restarts", "web1", "unless-stopped", "no", "web1: restart policy no");
test("no restart policy", finds, "restarts", "web1", "unless-stopped", "", "web1: restart policy no");
test("two domains for three", finds, "spread", "db3", "true", "false", "db1: galera runs in fd1, fd2 only");

test("an arbitrator is the third vote of two databases", (t) => {
  const rule = ruleNamed("spread");
  const services = rule
    .of(inventory)
    .map((one) =>
      one.service === "galera" && one.host === "db3" ? { ...one, service: "galera-arbitrator" as const } : one,
    );
  const said = saidWell("spread", "galera");
  t.deepEqual(
    rule.judge(
      services.map((service) => ({ service, said })),
      inventory,
    ),
    [],
  );
});

test("a container that can't be asked is a finding of its own rule", async (t) => {
  const { audit } = await import("../../../checks/audit/index.ts");
  const findings = await audit({ ...inventory, services: inventory.services.slice(0, 1) }, [
    ruleNamed("durable-commits"),
  ]);
  t.is(findings.length, 1);
  t.like(findings[0], { rule: "durable-commits", host: "db1", service: "galera", expected: "an answer" });
  t.regex(findings[0]!.said, /^can't be asked: /);
});
