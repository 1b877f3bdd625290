import test from "ava";
import { ran } from "./script.ts";

/** A database in that state, whose clients are as given, a text for each time that it is asked. */
const database = (state: string, ...clients: string[]) => `
case "$*" in
*wsrep_cluster_size*) echo "${state}" ;;
*processlist*) case $(count looks) in ${clients.map((text, index) => `${index + 1}) printf '${text}' ;;`).join(" ")} esac ;;
*--force*) while read -r line; do ask "$line"; done ;;
esac`;
const consul = `ask "\${*: -1}"`;
/** Sleeps are told, and short ones kept: a busy machine makes every measured time a guess. */
const sleep = `[ "$1" != 2 ] || ask "sleep 2"; exec /bin/sleep "$1"`;
const maintenance =
  "http://127.0.0.1:8500/v1/agent/service/maintenance/galeradb?enable=true&reason=trivet:+the+node+stops";

test("out of the name, then each client between two transactions", async (t) => {
  const mariadb = database("3,Primary,4", "7\\tidle\\n8\\tbusy\\n", "8\\tidle\\n");
  const { asked, exitCode } = await ran("leave", { mariadb, curl: consul, sleep });
  t.deepEqual(asked, [maintenance, "sleep 2", "KILL CONNECTION 7;", "KILL CONNECTION 8;"]);
  t.is(exitCode, 0);
});

test("a transaction that does not end is not waited for for good", async (t) => {
  const mariadb = database("3,Primary,4").replace("case $(count looks) in  esac", "printf '9\\tbusy\\n'");
  const { asked, stderr } = await ran("leave", { mariadb, curl: consul, sleep });
  t.deepEqual(asked, [maintenance, "sleep 2"]);
  t.true(stderr.includes("1 still busy after 10 s"), stderr);
});

test("the last one has nobody to leave its clients to", async (t) => {
  const { asked } = await ran("leave", { mariadb: database("1,Primary,4"), curl: consul, sleep });
  t.deepEqual(asked, [maintenance]);
});

test("without a Consul that answers there is no name to wait for", async (t) => {
  const { stderr, asked } = await ran("leave", { mariadb: database("3,Primary,4"), curl: "exit 7", sleep });
  t.true(stderr.includes("Consul does not take galeradb out of the name"), stderr);
  t.deepEqual(asked, []);
});

test("a node that serves nobody stops at once", async (t) => {
  for (const mariadb of [database("1,non-Primary,4"), database("3,Primary,1")]) {
    const { asked, exitCode } = await ran("leave", { mariadb, curl: consul, sleep });
    t.deepEqual(asked, []);
    t.is(exitCode, 0);
  }
});

test("a database that does not answer may have clients all the same", async (t) => {
  const { asked, exitCode } = await ran("leave", { mariadb: "exit 1", curl: consul, sleep });
  t.deepEqual(asked, [maintenance, "sleep 2"]);
  t.is(exitCode, 0);
});

/** Consul's agent, which has the service in maintenance for that reason. */
const agent = (reason: string) => `
case "\${*: -1}" in
*/checks) ${reason === "" ? "echo '{}'" : `echo '{"_service_maintenance:galeradb": {"Notes": "${reason}"}}'`} ;;
*) ask "\${*: -1}" ;;
esac`;
const back = ["http://127.0.0.1:8500/v1/agent/service/maintenance/galeradb?enable=false"];

test("back in the name once it is fit, and only out of what leave did", async (t) => {
  const health = "[ $(count health) -ge 3 ]";
  t.deepEqual((await ran("come-back", { health, curl: agent("trivet: the node stops") })).asked, back);
  t.deepEqual((await ran("come-back", { health, curl: agent("somebody looks at its disk") })).asked, []);
  t.deepEqual((await ran("come-back", { health, curl: agent("") })).asked, []);
});

test("a Consul that does not answer yet is asked again", async (t) => {
  const curl = `[ $(count asks) -ge 2 ] || exit 7\n${agent("trivet: the node stops")}`;
  t.deepEqual((await ran("come-back", { health: "true", curl })).asked, back);
});

test("no service, nothing to come back to", async (t) => {
  const { asked } = await ran("come-back", { health: "false", curl: consul }, { "etc/galera/consul-services": "" });
  t.deepEqual(asked, []);
});

const hosts = { "etc/hosts": "198.18.1.11 db1\n198.18.2.11 db2\n198.18.3.11 db3\n" };
const others = "198.18.2.11:0,198.18.3.11:0";

test("a node that is counted by no peer starts at once", async (t) => {
  const { stderr, asked } = await ran(
    "await-departure",
    { mariadb: `ask "$(grep -o "host=[^ ]*" <<< "$*")"; echo ${others}` },
    hosts,
    "198.18.1.11",
  );
  t.is(stderr, "");
  t.deepEqual(asked, ["host=198.18.2.11", "host=198.18.3.11"]);
});

test("one that any peer counts still waits until none does", async (t) => {
  const mariadb = `case "$*" in *--host=198.18.3.11*) if [ $(count asks) -lt 3 ]; then echo ${others},198.18.1.11:0; else echo ${others}; fi ;; *) echo ${others} ;; esac`;
  const { stderr } = await ran("await-departure", { mariadb }, hosts, "198.18.1.11");
  t.is(stderr, "trivet: waits until the others have given up the member that this node was");
});

test("a longer address that begins alike is another one; who can't be asked says nothing", async (t) => {
  const mariadb = 'case "$*" in *--host=198.18.2.11*) echo 198.18.2.11:0,198.18.1.111:0 ;; *) exit 1 ;; esac';
  const { stderr } = await ran("await-departure", { mariadb }, hosts, "198.18.1.11");
  t.is(stderr, "");
});

test("not for good", async (t) => {
  const { stderr, exitCode } = await ran("await-departure", { mariadb: "echo 198.18.1.11:0" }, hosts, "198.18.1.11");
  t.true(stderr.endsWith("starts all the same"), stderr);
  t.is(exitCode, 0);
});
