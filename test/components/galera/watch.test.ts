import test from "ava";
import { execa } from "execa";
import { ran } from "./script.ts";

/**
 * Runs a script that watches a database, in whose place a process stands that only sleeps. When nothing ended that before, the
 * script's last look is the given one. `ended` is how: SIGINT where the script left it alone.
 */
async function watched(script: string, looks: number, commands: Record<string, string>, files = {}, seconds = 0.05) {
  const database = execa("/bin/sleep", ["60"], { reject: false });
  // A process that was ended is still there until it has been scheduled, and we have noticed, which takes time on a busy machine: the
  // script must not look at it once more meanwhile.
  const sleep = `/bin/sleep ${seconds}
ended() { grep -qsE '^(State:[[:space:]]+[ZX]|S(ig|hd)Pnd:.*[1-9a-f])' /proc/${database.pid}/status; }
if [ $(count sleeps) -ge ${looks} ] && kill -INT ${database.pid} 2> /dev/null || ended; then
  while kill -0 ${database.pid} 2> /dev/null; do /bin/sleep 0.01; done
fi`;
  const { asked, stderr } = await ran(script, { sleep, ...commands }, files, String(database.pid));
  database.kill("SIGINT");
  return { asked, stderr, ended: (await database).signal };
}

/** A database that answers with one line after the other, and goes on with the last one: committed, state, ready; appliers wait. */
const answers = (...lines: string[]) => `
case "$*" in
*"SET GLOBAL"*) ask "\${*: -1}" ;;
*processlist*) case $(count looks) in ${lines.map((line, at) => `${at + 1 < lines.length ? at + 1 : "*"}) printf '${line}\n' ;;`).join(" ")} esac ;;
*cluster_state_uuid*) echo "6e1b1e0a-0000-11f0-9f5c-000000000001 42 1" ;;
*cluster_status*) echo "$STATUS" ;;
esac`;
const transfer = { "end-transfer": 'ask "end-transfer $*"' };

test("a donor that takes no clients ends its transfer where nobody else takes them", async (t) => {
  const donor = { mariadb: answers("7,2,OFF\t0"), pgrep: "true", ...transfer };
  const alone = await watched("watch-replication", 1, { ...donor, "others-write": "false" });
  t.deepEqual(alone.asked, ["end-transfer donor"]);
  t.is(alone.ended, "SIGINT");
  const served = await watched("watch-replication", 5, { ...donor, "others-write": "true" });
  t.deepEqual(served.asked, []);
  t.is(served.ended, "SIGINT");
});

test("a donor that takes clients goes on giving", async (t) => {
  const { asked, ended } = await watched("watch-replication", 5, {
    mariadb: answers("7,2,ON\t0"),
    pgrep: "true",
    "others-write": "false",
    ...transfer,
  });
  t.deepEqual(asked, []);
  t.is(ended, "SIGINT");
});

test("one that is taken for a donor and gives nothing starts again; one that is so for a moment does not", async (t) => {
  const idle = await watched("watch-replication", 9, { mariadb: answers("7,2,OFF\t0"), pgrep: "false" });
  t.is(idle.ended, "SIGTERM");
  const mariadb = answers("7,2,OFF\t0", "7,2,OFF\t0", "7,4,ON\t0", "7,2,OFF\t0", "7,2,OFF\t0", "7,4,ON\t0");
  t.is((await watched("watch-replication", 9, { mariadb, pgrep: "false" })).ended, "SIGINT");
});

test("one that could not write what the others committed is ended, and takes all from them", async (t) => {
  const { ended, stderr } = await watched("watch-replication", 9, { mariadb: answers("7,4,ON\t0", "7,5,OFF\t0") });
  t.is(ended, "SIGKILL");
  t.true(stderr.includes("with a full state transfer"), stderr);
});

test("an evicted one that lives starts again; one that was never a member, or lost its quorum, does not", async (t) => {
  const status = (word: string, ...lines: string[]) =>
    watched("watch-replication", 7, { mariadb: `STATUS=${word}\n${answers(...lines)}` });
  t.is((await status("Disconnected", "7,4,ON\t0", "7,0,OFF\t0")).ended, "SIGTERM");
  t.is((await status("Disconnected", "7,0,OFF\t0")).ended, "SIGINT");
  t.is((await status("non-Primary", "7,4,ON\t0", "7,0,OFF\t0")).ended, "SIGINT");
});

test("a component without quorum is promoted when that is safe, and not at once", async (t) => {
  const decided = (decision: string, looks: number) =>
    watched("watch-replication", looks, {
      mariadb: answers("7,0,OFF\t0"),
      situation: 'ask "$*"',
      decide: `echo "${decision} because"`,
    });
  const asks = "running 6e1b1e0a-0000-11f0-9f5c-000000000001 42 1";
  t.deepEqual((await decided("promote", 9)).asked, []);
  t.deepEqual((await decided("promote", 10)).asked, [asks, "SET GLOBAL wsrep_provider_pc_bootstrap = ON"]);
  t.deepEqual((await decided("wait", 10)).asked, [asks]);
});

test("where no quorum comes about that way either, the node starts again", async (t) => {
  const decided = (...decisions: string[]) =>
    watched("watch-replication", 9 + decisions.length, {
      mariadb: answers("7,0,OFF\t0"),
      situation: "true",
      decide: `case $(count decisions) in ${decisions.map((word, at) => `${at + 1}) echo "${word} because" ;;`).join(" ")} esac`,
    });
  t.is((await decided("promote", "promote", "promote")).ended, "SIGTERM");
  t.is((await decided("restart", "restart", "restart")).ended, "SIGTERM");
  t.is((await decided("restart", "restart", "wait", "restart", "restart")).ended, "SIGINT");
});

const hosts = { "etc/hosts": "198.18.1.11 db1\n198.18.2.11 db2\n198.18.3.11 db3\n" };
/** As long as the scripts' 20 s, and one look more. */
const LOOKS = 12;

test("a state transfer in which nothing moves for 20 s starts again; a slow one does not", async (t) => {
  const looked = (...lines: string[]) =>
    watched("watch-replication", LOOKS, { mariadb: answers(...lines), pgrep: "false" }, {}, 2);
  const [stuck, slow, busy] = await Promise.all([
    looked("7,1,ON\t1"),
    looked(...Array.from({ length: 6 }, (_, at) => `${at},1,ON\t1`)),
    looked("7,1,ON\t0"),
  ]);
  t.is(stuck.ended, "SIGKILL");
  t.true(stuck.stderr.includes("nothing moves in a state transfer"), stuck.stderr);
  t.is(slow.ended, "SIGINT");
  t.is(busy.ended, "SIGINT");
});

test("a start that can't come to anything is given up after 20 s; one that has hope, or is fed, is not", async (t) => {
  /** What is known of the two peers; what `ss` shows of the joiner's port, that listens or has a donor. */
  const joined = (peers: [string, string], port: "listens" | "fed" | "shut", files = {}) =>
    watched(
      "watch-joining",
      LOOKS,
      {
        mariadb: `[ $(count looks) -gt ${LOOKS} ]`,
        // In the end nobody is without a quorum any more.
        situation: `peers() { echo "self db1 $1"; echo "peer db2 ${peers[0]}"; echo "peer db3 ${peers[1]}"; }
          if [ $(count asks) -lt ${LOOKS - 1} ]; then peers; else peers | sed "s/nonprimary .*/starting/"; fi`,
        ss: `case "$1" in -Htn) ${port === "fed" ? "echo fed" : "true"} ;; *) ${port === "shut" ? "true" : "echo listens"} ;; esac`,
        ...transfer,
      },
      { ...hosts, ...files },
      2,
    );
  const asksForData = { "data/sst_in_progress": "" };
  const uuid = "6e1b1e0a-0000-11f0-9f5c-000000000001";
  const synced = `primary ${uuid} 7 4 2`;
  const [gone, whole, parted, hopes, forgotten, awaits, fed, works] = await Promise.all([
    joined(["absent", "starting"], "listens"),
    joined(["starting", `nonprimary ${uuid} 7 0 3`], "listens"),
    joined(["starting", `nonprimary ${uuid} 7 0 2`], "listens"),
    joined(["absent", synced], "listens"),
    joined([synced, synced], "listens", asksForData),
    joined([synced, `primary ${uuid} 7 2 2`], "listens", asksForData),
    joined(["silent", "silent"], "fed", asksForData),
    joined(["silent", "silent"], "shut", asksForData),
  ]);
  t.is(gone.ended, "SIGKILL");
  t.is(whole.ended, "SIGKILL");
  t.is(forgotten.ended, "SIGKILL");
  t.deepEqual(forgotten.asked, ["end-transfer joiner"]);
  for (const { ended, asked } of [parted, hopes, awaits, fed, works]) {
    t.is(ended, "SIGINT");
    t.deepEqual(asked, []);
  }
});

test("a database that answers is not watched any longer", async (t) => {
  const { ended } = await watched("watch-joining", 9, { mariadb: "[ $(count looks) -ge 3 ]" });
  t.is(ended, "SIGINT");
});
