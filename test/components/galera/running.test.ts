import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { execa } from "execa";
import { runningConf } from "../../../components/galera/running.ts";
import { imageFolder } from "../../../images/index.ts";

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

/**
 * A database with three variables, a file for each: `install` may not exceed `inactive`, as in Galera, and `pool` is cut off
 * at 100 with a warning, as InnoDB does it.
 */
const mariadb = `#!/bin/bash
cd "$(dirname "$0")"
[ -e inactive ] || exit 1
echo "\${@: -1}" >> asked
case "\${@: -1}" in
"SELECT 1") ;;
*" = "*)
  [[ "\${@: -1}" =~ (SET GLOBAL |@@global.)([a-z]+)" = "\\'?([^\\']+) ]]
  name=\${BASH_REMATCH[2]} value=\${BASH_REMATCH[3]}
  if [[ "\${@: -1}" == SELECT* ]]; then [ "$(cat $name)" = "$value" ] && echo 1 || echo 0; exit; fi
  if [ $name = install ] && [ "$value" -gt "$(cat inactive)" ]; then echo "ERROR 1231: install can't be set" >&2; exit 1; fi
  if [ $name = pool ] && [ "$value" -gt 100 ]; then echo "Warning (Code 1292): Truncated"; value=100; fi
  echo $value > $name
  ;;
"--batch") cat >> limits-taken; cat limited >&2; [ ! -s limited ]; exit ;;
"SELECT @@global."*) name="\${@: -1}"; cat "\${name#*.}" ;;
esac`;

/** Applies lines to that database: exit code, what was said, what the variables are then. */
async function apply(lines: string[], running = true, limits?: { text: string; says: string }) {
  const folder = await mkdtemp(join(tmpdir(), "trivet-settings-"));
  const write = (name: string, text: string) => writeFile(join(folder, name), text);
  await write("mariadb", mariadb);
  await chmod(join(folder, "mariadb"), 0o755);
  await write("running.cnf", `[mariadbd]\n${lines.join("\n")}\n`);
  if (limits) {
    await write("limits.sql", limits.text);
    await write("limited", limits.says);
  }
  const before = { install: "5", inactive: "5", pool: "50", method: "rsync" };
  if (running) for (const [name, value] of Object.entries(before)) await write(name, `${value}\n`);
  const script = join(imageFolder("galera"), "apply-settings");
  const env = { PATH: `${folder}:${process.env.PATH}` };
  const { exitCode, stdout } = await execa(script, [join(folder, "running.cnf")], { env, reject: false });
  const values = running
    ? await Promise.all(Object.keys(before).map(async (name) => (await readFile(join(folder, name), "utf8")).trim()))
    : [];
  await rm(folder, { recursive: true });
  return [exitCode, stdout, values.join(" ")];
}

test("the running database takes what differs, in the order that its limits want", async (t) => {
  t.deepEqual(await apply(["install = 30", "inactive = 30", "pool = 80", "method = mariabackup"]), [
    0,
    "",
    "30 30 80 mariabackup",
  ]);
  t.deepEqual(await apply(["loose_install = 5", "pool = 50"]), [0, "", "5 5 50 rsync"]);
});

test("all of it, or nothing", async (t) => {
  t.deepEqual(await apply(["install = 30", "inactive = 30", "pool = 200"]), [
    1,
    "MariaDB does not take pool = 200: Warning (Code 1292): Truncated",
    "5 5 50 rsync",
  ]);
  t.deepEqual(await apply(["pool = 80", "install = 7"]), [
    1,
    "MariaDB does not take install = 7: ERROR 1231: install can't be set",
    "5 5 50 rsync",
  ]);
  t.is((await apply([]))[0], 1);
});

test("without a running database there is nothing to do", async (t) => {
  t.deepEqual(await apply(["pool = 80"], false), [
    0,
    "no database runs here: it reads its settings when it starts",
    "",
  ]);
});

test("then its users get their limits", async (t) => {
  const taken = await apply(["pool = 80"], true, { text: "DO 0;\n", says: "" });
  t.deepEqual(taken, [0, "", "5 5 80 rsync"]);
  const joining = await apply(["pool = 80"], true, { text: "DO 0;\n", says: "ERROR 1047 (08S01) at line 1: WSREP" });
  t.is(joining[0], 0);
  const refused = await apply(["pool = 80"], true, { text: "DO 0;\n", says: "ERROR 1142 (42000) at line 1: denied" });
  t.deepEqual(refused.slice(0, 2), [
    1,
    "MariaDB does not take the limits of its users: ERROR 1142 (42000) at line 1: denied",
  ]);
});
