import test from "ava";
import { runScript } from "./script.ts";

/** Scripts whose clock is set while they wait: back by an hour, they must not stand still; ahead, they must not end at once. */
const hosts = { "etc/hosts": "198.18.1.11 db1\n198.18.2.11 db2\n198.18.3.11 db3\n" };
const back = "[ $(count steps) != 2 ] || step -3600";

test("the clock of a script is really set", async (t) => {
  const said = await runScript({
    script: "await-departure",
    args: ["198.18.1.11"],
    files: hosts,
    commands: { mariadb: "a=$(date +%s); step -3600; ask $((a - $(date +%s)))" },
  });
  t.true(Number(said.asked[0]) >= 3500 && Number(said.asked[0]) <= 3600, said.asked[0]);
});

test("await-departure: not for longer than 15 s", async (t) => {
  const { exitCode, stderr } = await runScript({
    script: "await-departure",
    args: ["198.18.1.11"],
    files: hosts,
    commands: { mariadb: `${back}; echo 198.18.1.11:0` },
  });
  t.is(exitCode, 0);
  t.true(stderr.endsWith("starts all the same"), stderr);
});

test("await-departure: as long as it is counted, whatever the clock says", async (t) => {
  const { asked, stderr } = await runScript({
    script: "await-departure",
    args: ["198.18.1.11"],
    files: hosts,
    commands: { mariadb: "step +3600; [ $(count asks) -gt 5 ] || { ask counted; echo 198.18.1.11:0; }" },
  });
  t.is(asked.length, 5);
  t.false(stderr.includes("starts all the same"), stderr);
});

test("await-clear", async (t) => {
  const awaits = (curl: string) => runScript({ script: "await-clear", args: ["shop", "db1"], commands: { curl } });
  t.is((await awaits(back)).exitCode, 0);
  t.is((await awaits("step +3600; ask look; [ $(count asks) -lt 2 ]")).asked.length, 2);
});

test("leave: a transaction that does not end is not waited for for good", async (t) => {
  const { exitCode, stderr } = await runScript({
    script: "leave",
    commands: {
      curl: "true",
      mariadb: `case "$*" in *wsrep_cluster_size*) echo 3,Primary,4 ;; *processlist*) ${back}; printf '9\\tbusy\\n' ;; esac`,
    },
  });
  t.is(exitCode, 0);
  t.true(stderr.includes("1 still busy after 10 s"), stderr);
});

/** A process in the database's place, which the script is to kill. */
const watched = (script: string, commands: Record<string, string>) =>
  runScript({
    script: script,
    replace: { "database=$1": "sleep 90 & database=$!; disown" },
    files: hosts,
    commands,
    timeout: 50,
  });

test("watch-joining: a start that can't come to anything is given up", async (t) => {
  const { stderr, timedOut } = await watched("watch-joining", {
    mariadb: `${back}; exit 1`,
    situation: "echo peer db2 absent",
    "end-transfer": "exit 1",
  });
  t.false(timedOut);
  t.true(stderr.includes("nobody is left to join"), stderr);
});

test("watch-replication: nothing moves in a state transfer", async (t) => {
  const { stderr, timedOut } = await watched("watch-replication", {
    mariadb: `${back}; case "$*" in *processlist*) printf '7,1,ON\\t1\\n' ;; esac`,
    pgrep: "false",
  });
  t.false(timedOut);
  t.true(stderr.includes("nothing moves in a state transfer"), stderr);
});

test("guard: the lease runs out ten seconds after the last heartbeat, and what is open is healed", async (t) => {
  const { exitCode, asked, stderr } = await runScript({
    script: "guard/guard",
    args: ["watch"],
    files: { "var/journal/fault/heal": "ask healed\n", "var/journal/fault/healed": "true\n" },
    // The first round heals what an earlier guard left; what comes later waits for the lease.
    commands: {
      docker: 'ask "docker $1"',
      sleep: `n=$(count sleeps); if [ $n = 5 ]; then step -3600; mkdir -p $folder/var/journal/late; echo "touch $folder/late" > $folder/var/journal/late/heal; echo true > $folder/var/journal/late/healed; fi; exec /bin/sleep "$1"`,
    },
    input: "\n\n",
  });
  t.is(exitCode, 0);
  t.deepEqual(asked, ["docker rm"]);
  t.true(stderr.includes("no heartbeat for 10 s: heals late"), stderr);
});

test("in-loop: goes on", async (t) => {
  const { asked } = await runScript({
    script: "guard/in-loop",
    replace: {
      "set -eu":
        "set -eu\nFAULT=$(dirname $0)\nif [ $# = 0 ]; then set -- 1 round; bash $0 1 round; sleep 4; set -- --end; fi",
    },
    commands: { round: "ask round", sleep: `[ $1 != 0.5 ] || ${back}; exec /bin/sleep "$1"` },
  });
  t.true(asked.length >= 3, `${asked.length} rounds`);
});
