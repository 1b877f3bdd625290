import test from "ava";
import { execa } from "execa";
import { clockScript } from "../../../components/galera/clock.ts";
import { runScript } from "./script.ts";

/**
 * What comes from Consul's store, a peer or a database may be anything. None of it is run, named as a file, or taken for
 * something that it is not. What the supervisor's program reads: see test/node/foreign/.
 */
const uuid = "6e1b1e0a-0000-11f0-9f5c-000000000001";
const evil = [
  "x[$(echo evil >> FOLDER/asked)]",
  "$(echo evil >> FOLDER/asked)",
  "a[0]",
  "@/etc/passwd",
  "*",
  "08",
  `${uuid}\nlock - - 0`,
  "-1 || 1",
  "%s%n",
  "",
  "x".repeat(100_000),
];

const said = (answer: string) =>
  runScript({
    script: "ask-peer",
    args: ["198.18.2.11"],
    files: { "etc/answer": answer },
    commands: { nc: "echo succeeded", mariadb: `sed "s#FOLDER#$folder#g" $folder/etc/answer` },
  });

test("ask-peer: what nodes say", async (t) => {
  const answers = {
    [`primary ${uuid} 42 4 3`]: `primary ${uuid} 42 4 3`,
    [`non-primary ${uuid} -1 0 1`]: `nonprimary ${uuid} -1 0 1`,
    [`ERROR 1047 (08S01): trivet waits at ${uuid} 42`]: `${uuid} 42`,
    [`ERROR 1047 (08S01): trivet waits at ${uuid} 42 (disk 97.1 % full)`]: `${uuid} 42`,
    "ERROR 1047 (08S01): trivet waits at empty (clock 3.0 s behind)": "empty",
    "ERROR 1047 (08S01): trivet waits at incomplete": "incomplete",
    "ERROR 1045 (28000): Access denied": "running",
    "ERROR 1047 (08S01): WSREP has not yet prepared node": "starting",
    [`disconnected ${uuid} 42 0 0`]: "starting",
  };
  for (const [answer, expected] of Object.entries(answers)) t.is((await said(answer)).stdout, expected);
});

test("ask-peer: anything else says no more than that something is there", async (t) => {
  for (const value of evil.filter((each) => each !== "08")) {
    for (const answer of [
      `primary ${value}`,
      `primary ${uuid} ${value || "x"} 4 3\npeer db3 empty`,
      `non-primary ${uuid} 42 4 ${value}`,
      `ERROR 1047 (08S01): trivet waits at ${value}`,
      `trivet waits at ${uuid} ${value || "x"}\nself db1 empty`,
      value,
    ]) {
      const { stdout, asked } = await said(answer);
      t.is(stdout, "starting", answer.slice(0, 200));
      t.deepEqual(asked, []);
    }
  }
});

test("the clock script: what a peer, the own database or chrony says is a number, or nothing", async (t) => {
  for (const value of evil.filter((each) => each.length < 1_000)) {
    const { stdout, asked, exitCode } = await runScript({
      script: "galera/disk-used",
      replace: {},
      files: {
        "etc/galera/running/capacity": "counted=0\n",
        "etc/clock": clockScript({ servers: ["198.18.1.53"], nodes: ["198.18.2.11"] }),
        "etc/value": value,
      },
      commands: {
        // The real script judges: this one only stands in a folder beside it.
        df: `value=$(sed "s#FOLDER#$folder#g" $folder/etc/value; echo .); value=\${value%.}
          bash $folder/etc/clock /some.cnf "$value" 1 2 >&2; bash $folder/etc/clock /some.cnf 9999999999 1 2 >&2; echo; echo 1 1`,
        mariadb: `sed "s#FOLDER#$folder#g" $folder/etc/value`,
        chronyc: `printf 'a,b,c,d,%s,Normal\\n' "$(sed "s#FOLDER#$folder#g" $folder/etc/value)"`,
        chronyd: `echo "wrong by $(sed "s#FOLDER#$folder#g" $folder/etc/value) seconds"`,
        hostname: "echo 198.18.1.11",
      },
    });
    t.is(exitCode, 0, stdout);
    t.deepEqual(asked, [], value);
  }
});

test("the clock script names no file and runs nothing by itself", async (t) => {
  const { stdout } = await execa("bash", ["-n"], { input: clockScript({ nodes: ["198.18.2.11"] }) });
  t.is(stdout, "");
});

test("health: a node that could not make its users is not fit, and says why", async (t) => {
  const rows = (state: string) =>
    [
      ["wsrep_cluster_status", "Primary"],
      ["wsrep_local_state", "4"],
      ["wsrep_local_state_comment", "Synced"],
      ["wsrep_ready", "ON"],
      ["wsrep_cluster_size", "3"],
      ["wsrep_cluster_state_uuid", uuid],
      ["read_only", "0"],
      ["time", state],
    ]
      .map((row) => row.join("\\t"))
      .join("\\n");
  const health = async (files: Record<string, string>, answers = true) => {
    const { stdout, exitCode } = await runScript({
      script: "health",
      files: { "etc/galera/running/capacity": "", "etc/galera/clock": "echo '0.000 clock right'", ...files },
      commands: { mariadb: answers ? `printf '${rows("1")}\\n'` : "exit 1", "disk-used": "echo 10.0" },
    });
    return [exitCode, JSON.parse(stdout).state, JSON.parse(stdout).detail];
  };
  t.deepEqual(await health({}), [0, "Synced", "Primary, 3 nodes"]);
  const why = "ERROR 1133 (28000): Can't find any matching row";
  t.deepEqual(await health({ "run/databases": `${why}\n` }), [
    1,
    "databases",
    `Primary, 3 nodes, databases and users are not made: ${why}`,
  ]);
  t.deepEqual(await health({ "run/databases": "" }), [
    1,
    "databases",
    "Primary, 3 nodes, databases and users are not made",
  ]);
  const waiting = { "run/waiting": '{"state": "starting", "detail": "bootstrap", "fit": false}' };
  t.deepEqual(await health({ ...waiting, "run/databases": `${why}\n` }, false), [
    1,
    "databases",
    `databases and users are not made: ${why}`,
  ]);
  t.deepEqual(await health({ ...waiting, "run/databases": "" }, false), [1, "starting", "bootstrap"]);
});

test("apply-databases: says why, without what may be a password, and until it is done", async (t) => {
  const { run, asked, stderr } = await runScript({
    script: "apply-databases",
    files: { "etc/galera/databases.sql": "SELECT 1;\n", "run/databases": "" },
    commands: {
      mariadb: `case "$*" in
*wsrep_local_state*) echo 4 ;;
*) if [ $(count tries) -lt 3 ]; then ask "$(cat $folder/run/databases)"; echo "ERROR 1064 (42000) at line 3: You have an error in your SQL syntax near 'secret' at line 1" >&2; exit 1; fi ;;
esac`,
      sleep: "exec /bin/sleep 0.05",
      "apply-settings": "true",
    },
  });
  t.deepEqual(asked, ["ERROR 1064 (42000) at line 3: You have an error in your SQL syntax"]);
  t.deepEqual(Object.keys(run), []);
  t.false(stderr.includes("secret"));
  t.is(stderr.split("can't be made").length, 2);
});
