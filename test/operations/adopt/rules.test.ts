import test from "ava";
import { differences, hindrances, type Wanted } from "../../../operations/adopt/index.ts";
import { cluster, wanted } from "./sound.ts";

const told = (found: ReturnType<typeof hindrances>) =>
  found.map(({ severity, where, given }) => `${severity}: ${where}: ${given}`);

test("a cluster as Debian's packages make it can be taken over", (t) => {
  t.deepEqual(hindrances(cluster(), wanted), []);
  t.deepEqual(hindrances(cluster([], ["mariadb-backup", "socat"]), wanted), []);
});

const finds = test.macro((t, change: string[][], expected: string[], other: Partial<Wanted> = {}) => {
  t.deepEqual(told(hindrances(cluster(change), { ...wanted, ...other })), expected);
});
const first = "old1 (10.1.0.5)";

test(
  "a database without Galera",
  finds,
  [["variable", "wsrep_on", "OFF"]],
  [`error: ${first}: a database without Galera (wsrep_on is off)`],
);
test(
  "a member of another name",
  finds,
  [["variable", "wsrep_node_name", "db-a"]],
  [`error: ${first}: the name "old1", and it calls itself "db-a"`],
);
test(
  "a cluster of another name",
  finds,
  [["variable", "wsrep_cluster_name", "shop"]],
  [`error: ${first}: the cluster "shop", and database.cluster is "icinga-galera"`],
);
test(
  "a member without quorum",
  finds,
  [["status", "wsrep_cluster_status", "non-Primary"]],
  [`error: ${first}: a member that is non-Primary, in local state 4`],
);
test(
  "a donor",
  finds,
  [["status", "wsrep_local_state", "2"]],
  [`error: ${first}: a member that is Primary, in local state 2`],
);
test(
  "a member that nobody named, such as garbd",
  finds,
  [["status", "wsrep_cluster_size", "4"]],
  [`error: ${first}: a cluster of 4, of which 3 are known here`],
);
test("after an interruption Trivet's own nodes are known", (t) => {
  const change = [["status", "wsrep_cluster_size", "4"]];
  const [one] = cluster(change);
  t.deepEqual(hindrances([one!, ...cluster().slice(1)].slice(0, 1), { ...wanted, joined: 3 }), []);
});
test(
  "an older series, whose data a new member can't take",
  finds,
  [["variable", "version", "10.11.14-MariaDB"]],
  [`error: ${first}: MariaDB 10.11.14-MariaDB, and Trivet's image has 11.8.6`],
);
test(
  "a newer series",
  finds,
  [["variable", "version", "12.3.2-MariaDB"]],
  [`error: ${first}: MariaDB 12.3.2-MariaDB, and Trivet's image has 11.8.6`],
);
test(
  "a newer patch of the same series",
  finds,
  [["variable", "version", "11.8.9-MariaDB"]],
  [`warning: ${first}: MariaDB 11.8.9-MariaDB, newer than the 11.8.6 of Trivet's image`],
);
test("an older patch is no difference", finds, [["variable", "version", "11.8.2-MariaDB"]], []);
test(
  "Galera 3",
  finds,
  [["status", "wsrep_provider_version", "25.3.37(r1)"]],
  [`error: ${first}: the Galera library 25.3.37(r1)`],
);
test(
  "MariaDB's own packages tell Galera's version otherwise",
  finds,
  [["status", "wsrep_provider_version", "26.4.23(r0a)"]],
  [],
);
test(
  "another way of transfer, where nobody can see what is installed",
  finds,
  [["variable", "wsrep_sst_method", "rsync"]],
  [`warning: ${first}: wsrep_sst_method rsync, and new nodes will ask for mariabackup`],
);
test(
  "a donor that can't read its own data",
  finds,
  [
    ["variable", "wsrep_sst_auth", ""],
    ["user", "mysql"],
  ],
  [`error: ${first}: no account by which mariadb-backup could read its data`],
);
test("that matters not to rsync", (t) => {
  const [one] = cluster([
    ["variable", "wsrep_sst_auth", ""],
    ["variable", "wsrep_sst_method", "rsync"],
    ["user", "mysql"],
    ["status", "wsrep_cluster_size", "1"],
  ]);
  t.deepEqual(hindrances([one!], { ...wanted, sstMethod: "rsync" }), []);
});
test("a donor without the programs", (t) => {
  t.deepEqual(
    told(
      hindrances(
        cluster([], ["rsync"])
          .slice(0, 1)
          .map((one) => ({ ...one, status: new Map([...one.status, ["wsrep_cluster_size", "1"]]) })),
        wanted,
      ),
    ),
    [`error: ${first}: no mariadb-backup and socat`],
  );
});
for (const [name, value] of [
  ["innodb_page_size", "8192"],
  ["lower_case_table_names", "1"],
  ["innodb_data_file_path", "ibdata1:1G"],
  ["port", "3307"],
  ["binlog_format", "MIXED"],
] as const) {
  test(`${name} = ${value}`, finds, [["variable", name, value]], [`error: ${first}: ${name} = ${value}`]);
}
test(
  "data encrypted on disk",
  finds,
  [["encryption", "file_key_management"]],
  [`error: ${first}: data encrypted by file_key_management`],
);
test(
  "replication by TLS",
  finds,
  [["variable", "wsrep_provider_options", "socket.ssl_cert = /etc/x.pem; "]],
  [`error: ${first}: replication by TLS (socket.ssl)`],
);
test(
  "another port, and a segment",
  finds,
  [["variable", "wsrep_provider_options", "base_port = 5567; gmcast.segment = 2; "]],
  [`error: ${first}: base_port = 5567`, `warning: ${first}: gmcast.segment = 2`],
);
test(
  "replicas, and a replica",
  finds,
  [
    ["replicas", "2"],
    ["status", "slaves_running", "1"],
  ],
  [`warning: ${first}: 2 replicas that read its binary log`, `warning: ${first}: a replica of another server`],
);
test("slow to let a client in", (t) => {
  const [one, ...others] = cluster();
  t.deepEqual(told(hindrances([{ ...one!, entry: 5_300 }, ...others], wanted)), [
    `error: ${first}: it takes 5.3 s to let a client in`,
  ]);
});
test(
  "root by a password alone",
  finds,
  [["user", "root", "localhost", "mysql_native_password", "0"]],
  ["error: the cluster: no root@localhost that is let in by the socket"],
);
test(
  "names that Trivet makes for itself",
  finds,
  [
    ["schema", "icinga"],
    ["user", "icinga", "%", "mysql_native_password", "0"],
  ],
  [
    'error: the cluster: a database "icinga", which Trivet makes for itself',
    "error: the cluster: a user 'icinga'@'%', which Trivet makes for itself",
  ],
);
test("how such a name is made free, by commands that can be typed", (t) => {
  const found = hindrances(
    cluster([
      ["schema", "icinga"],
      ["schema", "icinga_former"],
      ["user", "icinga", "%", "mysql_native_password", "0"],
    ]),
    wanted,
  );
  const [database, user] = found.map(({ mend }) => mend);
  t.regex(database!, /^where nobody uses it: DROP DATABASE icinga\. /);
  t.true(
    database!.includes(
      `mariadb-dump --routines --triggers --events icinga > icinga.sql && mariadb -e "CREATE DATABASE icinga_former_former" && mariadb icinga_former_former < icinga.sql && mariadb -e "DROP DATABASE icinga"; `,
    ),
  );
  t.regex(
    user!,
    /^where nobody is it: DROP USER 'icinga'@'%'\. Else RENAME USER 'icinga'@'%' TO 'icinga_former'@'%', /,
  );
});
test(
  "the same after an interruption, when Trivet made them",
  finds,
  [
    ["schema", "icinga"],
    ["user", "icinga", "%", "mysql_native_password", "0"],
  ],
  [],
  { introduced: true },
);
test(
  "tables that are not replicated",
  finds,
  [["table", "shop.visits (MyISAM)"]],
  ["error: the cluster: tables that Galera does not replicate: shop.visits (MyISAM)"],
);
test(
  "events",
  finds,
  [
    ["events", "3"],
    ["variable", "event_scheduler", "ON"],
  ],
  ["warning: the cluster: 3 events, run by event_scheduler"],
);
test(
  "a user who logs in by another plugin",
  finds,
  [["user", "ann", "%", "ed25519", "0"]],
  ["warning: the cluster: 'ann'@'%' logs in by ed25519"],
);

test("what clients find otherwise", (t) => {
  const theirs = new Map([
    ["sql_mode", "ANSI"],
    ["time_zone", "SYSTEM"],
    ["port", "3306"],
  ]);
  const ours = new Map([
    ["sql_mode", ""],
    ["time_zone", "SYSTEM"],
    ["port", "3307"],
  ]);
  t.deepEqual(differences(theirs, ours), ["sql_mode: ANSI there,  on Trivet's nodes"]);
});
