import test from "ava";
import { endsTracking, parseTracking } from "../../../checks/observers/clock.ts";
import { parseConsul } from "../../../checks/observers/consul.ts";
import { parseDatabase } from "../../../checks/observers/database.ts";
import { parseObjects } from "../../../checks/observers/icinga.ts";
import { answeredHosts, withoutAddress } from "../../../checks/observers/name.ts";
import { parseNotifications } from "../../../checks/observers/notification.ts";
import { parseResolver } from "../../../checks/observers/resolver.ts";
import { explain } from "../../../checks/observers/web.ts";
import { parseHeartbeat, parseIdo } from "../../../checks/observers/writer.ts";
import { site } from "./site.ts";

const database = [
  "time\t2026-11-21 11:56:32.961850",
  "wsrep_local_state\t4",
  "wsrep_incoming_addresses\t198.18.1.11:0,198.18.2.11:0,198.18.3.11:0",
  "wsrep_cluster_conf_id\t3",
  "wsrep_cluster_size\t3",
  "wsrep_cluster_state_uuid\t9f27829f-e5a0-11f1-b279-a237ddd3832d",
  "wsrep_cluster_status\tPrimary",
  "wsrep_ready\tON",
  "read_only\t0",
];
const failing = (query: string, error: string) => ["--------------", query, "--------------", "", error];
const ledger = "SELECT 'newest', MAX(id) FROM trivet_app.chaos_ledger";

test("database: a fit node", (t) => {
  t.deepEqual(parseDatabase([...database, "newest\t4711"].join("\n"), site), {
    time: Date.UTC(2026, 10, 21, 11, 56, 32, 961),
    status: "Primary",
    state: 4,
    ready: true,
    readOnly: false,
    size: 3,
    view: 3,
    uuid: "9f27829f-e5a0-11f1-b279-a237ddd3832d",
    members: ["db1", "db2", "db3"],
    newest: 4711,
  });
});

test("database: the ledger is empty, missing, or not to be read", (t) => {
  const newest = (...lines: string[]) => parseDatabase([...database, ...lines].join("\n"), site).newest;
  t.is(newest("newest\tNULL"), 0);
  t.is(
    newest(...failing(ledger, "ERROR 1146 (42S02) at line 1: Table 'trivet_app.chaos_ledger' doesn't exist")),
    undefined,
  );
  const refusal = "ERROR 1047 (08S01) at line 1: WSREP has not yet prepared node for application use";
  t.is(newest(...failing(ledger, refusal)), null);
});

test("database: nobody answers", (t) => {
  const error = "ERROR 2002 (HY000): Can't connect to local server through socket '/run/mysqld/mysqld.sock' (2)";
  t.throws(() => parseDatabase(error, site), { message: error });
  t.throws(() => parseDatabase("", site), { message: /no state/ });
});

test("name: hosts, nobody's address, and servers that say there is none", (t) => {
  t.deepEqual(answeredHosts(["198.18.3.11", "198.18.1.11", "192.0.2.1"], site), ["192.0.2.1", "db1", "db3"]);
  t.deepEqual(withoutAddress("ENOTFOUND"), { answers: [] });
  t.deepEqual(withoutAddress("ENODATA"), { answers: [] });
  t.deepEqual(withoutAddress("ETIMEOUT"), { error: "ETIMEOUT" });
});

test("resolver: what getent prints, and nothing", (t) => {
  const said = [
    "198.18.1.11     STREAM galeradb.service.consul",
    "198.18.1.11     DGRAM  ",
    "198.18.1.11     RAW    ",
    "198.18.2.11     STREAM ",
    "198.18.2.11     DGRAM  ",
    "198.18.2.11     RAW    ",
  ];
  t.deepEqual(parseResolver(said.join("\n"), site), { answers: ["db1", "db2"] });
  t.throws(() => parseResolver("", site), { message: /found nothing/ });
});

const consulNode = (node: string, serf: string, fit: string, said: string) => ({
  Node: { Node: node, Address: "198.18.1.11" },
  Service: { Service: "galeradb" },
  Checks: [
    { Node: node, CheckID: "serfHealth", Status: serf, Output: "Agent alive and reachable", ServiceID: "" },
    { Node: node, CheckID: "galeradb-fit", Status: fit, Output: `${said}\n`, ServiceID: "galeradb" },
  ],
});

test("consul: leader, and the worst check of each node", (t) => {
  const entries = [
    consulNode("db1", "passing", "passing", "Primary 4 ON writable"),
    consulNode("db2", "critical", "passing", "Primary 4 ON writable"),
    consulNode("db3", "passing", "critical", "non-Primary 0 OFF"),
  ];
  t.deepEqual(parseConsul(`${JSON.stringify(entries)}\n"198.18.2.53:8300"\n`, site), {
    leader: "dns2",
    nodes: { db1: "passing", db2: "critical", db3: "critical" },
    output: { db1: "Primary 4 ON writable", db2: "Agent alive and reachable", db3: "non-Primary 0 OFF" },
  });
});

test("consul: no leader, no service, no answer", (t) => {
  t.deepEqual(parseConsul('[]\n""\n', site), { leader: undefined, nodes: {}, output: {} });
  const refused = "curl: (7) Failed to connect to 127.0.0.1 port 8500 after 0 ms: Could not connect to server";
  t.throws(() => parseConsul(refused, site), { message: /Could not connect/ });
  t.throws(() => parseConsul("", site), { message: /Consul said/ });
});

test("writer: Icinga DB's heartbeat", (t) => {
  const beat = (responsible: number) =>
    `1795261819598-0\nsync-ongoing-since\n0\nerror\n\nha-responsible\n${responsible}\nha-other-responsible\n0\nversion\nv1.3.0`;
  t.deepEqual(parseHeartbeat(beat(1)), { id: "1795261819598-0", responsible: true });
  t.deepEqual(parseHeartbeat(beat(0)), { id: "1795261819598-0", responsible: false });
  t.throws(() => parseHeartbeat(""), { message: /nothing yet/ });
  const refused = "Could not connect to Redis at 127.0.0.1:6380: Connection refused";
  t.throws(() => parseHeartbeat(refused), { message: refused });
});

test("writer: the master that has the IDO's connection", (t) => {
  t.deepEqual(parseIdo('{"state":"connected","detail":"zone master","idoActive":true}'), { responsible: true });
  t.throws(() => parseIdo('{"state":"starting","detail":"the API does not answer"}'), { message: /does not answer/ });
});

test("icinga: hosts and services", (t) => {
  const hosts =
    '{"results":[{"attrs":{"last_check":1795262186.643341,"last_hard_state_change":1795262000.5,"state":0,"state_type":1},"joins":{},"meta":{},"name":"web1","type":"Host"}]}';
  const services =
    '{"results":[{"attrs":{"last_check":-1,"last_hard_state_change":0,"state":2,"state_type":0},"joins":{},"meta":{},"name":"mon1!ping","type":"Service"},{"attrs":{"last_check":1795262186,"last_hard_state_change":1795262100.25,"state":2,"state_type":1},"joins":{},"meta":{},"name":"mon1!http","type":"Service"}]}';
  t.deepEqual(parseObjects(`${hosts}\n${services}\n`), {
    objects: {
      web1: { checked: 1795262186643, state: 0, hard: true },
      "mon1!ping": { checked: 0, state: 2, hard: false },
      "mon1!http": { checked: 1795262186000, state: 2, hard: true, since: 1795262100250 },
    },
  });
  t.throws(() => parseObjects(hosts), { message: /1 of 2/ });
  t.throws(() => parseObjects("curl: (28) Operation timed out"), { message: /timed out/ });
});

test("web: the cause of a failure", (t) => {
  const cause = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:8080"), { code: "ECONNREFUSED" });
  t.is(explain(new TypeError("fetch failed", { cause })), "ECONNREFUSED");
  t.is(explain(new DOMException("aborted", "TimeoutError") as Error), "no page in 3 s");
});

test("clock: chrony's tracking ends the answer", (t) => {
  const sources = "^,*,198.18.1.53,8,4,377,15,0.000005355,0.000005414,0.000011083";
  const tracking =
    "C6120135,198.18.1.53,9,1795262174.285653766,0.000007721,0.000000059,0.000003951,0.001,-0.000,0.005,0.000022064,0.000016785,16.1,Normal";
  t.false(endsTracking(sources));
  t.true(endsTracking(tracking));
  t.true(endsTracking("506 Cannot talk to daemon"));
  t.deepEqual(parseTracking(`${sources}\n${tracking}`), {
    offset: -0.000007721,
    stratum: 9,
    reach: 255,
    leap: "Normal",
  });
  t.throws(() => parseTracking("506 Cannot talk to daemon"), { message: /506/ });
});

test("notification: whole lines only, and what a full disk left", (t) => {
  const line =
    '{"at":1795263361294,"object":"db1!mysql é","type":"PROBLEM","state":"CRITICAL","from":"mon1","output":"","received":1795263361301}\n';
  const seen = {
    kind: "look",
    what: "notification",
    t: 1795263361301,
    end: 1795263361301,
    object: "db1!mysql é",
    type: "PROBLEM",
    state: "CRITICAL",
    from: "mon1",
  };
  t.deepEqual(parseNotifications(`${line}{"at":17952`), {
    bytes: Buffer.byteLength(line),
    notifications: [seen],
    broken: [],
  } as never);
  t.deepEqual(parseNotifications(`{"at":1${line}`).broken, [`{"at":1${line.trim()}`]);
  t.deepEqual(parseNotifications(""), { bytes: 0, notifications: [], broken: [] });
});
