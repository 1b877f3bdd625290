import test from "ava";
import fc from "fast-check";
import {
  readNewSession,
  readService,
  readSession,
  readSessionStands,
  readStore,
} from "../../../node/foreign/consul.ts";
import { readNode, readOwnState, readPeer } from "../../../node/foreign/database.ts";
import { readCapacity, readOrder } from "../../../node/foreign/files.ts";
import { readText } from "../../../node/foreign/shapes.ts";

/** What comes from Consul's store, a peer, a database or a file may be anything. What is of another form is left out, and told. */
const uuid = "6e1b1e0a-0000-11f0-9f5c-000000000001";
const evil = [
  "x[$(id)]",
  "$(id)",
  "a[0]",
  "@/etc/passwd",
  "*",
  "-1 || 1",
  "%s%n",
  "__proto__",
  `${uuid}\n`,
  `${uuid}\nlock`,
  `${uuid} `,
  ` ${uuid}`,
  "\u0000",
  "\ud800",
  "x".repeat(100_000),
];
const bytes = (value: unknown) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
const base64 = (value: string | Uint8Array) => Buffer.from(value as string).toString("base64");
const key = (name: string, value: string, more = {}) => ({
  Key: `trivet/shop/${name}`,
  Value: base64(value),
  ModifyIndex: 5,
  ...more,
});
const store = (...keys: unknown[]) => readStore(bytes(keys), "trivet/shop");

test("Consul's store: what supervisors write", (t) => {
  t.deepEqual(
    store(
      key("writer", "198.18.1.11", { Session: uuid, ModifyIndex: 42 }),
      key("dead/db2", `${uuid} 1795000000`),
      key("dead/db3", uuid, { ModifyIndex: 6 }),
      key("cleared/db2/db1", uuid),
    ),
    {
      value: {
        lock: { session: uuid, address: "198.18.1.11", index: 42 },
        reports: [
          { node: "db2", member: uuid, index: 5 },
          { node: "db3", member: uuid, index: 6 },
        ],
        cleared: [{ node: "db2", by: "db1", member: uuid }],
      },
      strange: [],
    },
  );
  t.deepEqual(store(), { value: { lock: { index: 0 }, reports: [], cleared: [] }, strange: [] });
  // A writer that was taken back has no address; Consul gives no value as null.
  t.deepEqual(store({ ...key("writer", ""), Value: null })!.strange, []);
});

test("Consul's store: anything else is left out, and told short, in one line", (t) => {
  const strangers = evil.flatMap((value) => [
    key("dead/db2", value),
    key("cleared/db2/db1", value),
    key(`dead/${value}`, uuid),
    key(`cleared/db2/${value}`, uuid),
    key(`dead/db2/${value}`, uuid),
  ]);
  const others = [
    key("writer", "x[$(id)]", { Session: "*" }),
    key("dead/db4", `${uuid} ${"9".repeat(13)}`),
    key("dead/db4", uuid.toUpperCase()),
    key("dead/db4", "", { Value: "no base64!" }),
    key("dead/db4", uuid, { ModifyIndex: "a[0]" }),
    key("dead/db4", uuid, { ModifyIndex: -1 }),
    { ...key("dead/db5", uuid), Value: base64(Uint8Array.of(0xff, 0xfe)) },
    { ...key("dead/db5", uuid), Value: 7 },
    { Key: "elsewhere/dead/db2", Value: base64(uuid), ModifyIndex: 1 },
    { Key: "trivet/shopkeeper/dead/db2", Value: base64(uuid), ModifyIndex: 1 },
    { Key: 7 },
    null,
    "text",
  ];
  const read = store(...strangers, ...others)!;
  t.deepEqual(read.value, { lock: { session: undefined, address: undefined, index: 5 }, reports: [], cleared: [] });
  t.is(read.strange.length, strangers.length + others.length);
  for (const told of read.strange) t.true(told.length < 200 && !/[\n\0]/.test(told), told);
});

test("Consul's answers: what is no such list is no answer", (t) => {
  const wrong = ["", "{}", "null", "7", '"x"', "[", "x".repeat(2_000_000), `[${"[".repeat(10_000)}`];
  for (const body of wrong) {
    t.is(readStore(bytes(body), "trivet/shop"), undefined, body.slice(0, 20));
    t.is(readService(bytes(body), { node: "db1", service: "db" }), undefined);
    t.is(readSession(bytes(body), "writer"), undefined);
    t.is(readSessionStands(bytes(body)), undefined);
    t.is(readNewSession(bytes(body)), undefined);
  }
  t.is(readStore(Uint8Array.of(0x5b, 0xff, 0x5d), "trivet/shop"), undefined);
});

test("Consul's service: a maintenance mode is ours, that of a node that leaves, or somebody's", (t) => {
  const node = (name: string, checks: object[]) => ({ Node: { Node: name }, Checks: checks });
  const passing = { CheckID: "db-fit", Status: "passing", Notes: "" };
  const read = (notes: unknown) =>
    readService(
      bytes([
        node("db1", [{ CheckID: "_service_maintenance:db", Status: "critical", Notes: notes }, passing]),
        node("db2", [passing]),
        node("db3", [passing, { ...passing, Status: "critical" }]),
      ]),
      { node: "db1", service: "db" },
    );
  const is = (maintenance: string) => ({ value: { maintenance, passing: true, others: 1 }, strange: [] });
  t.deepEqual<unknown, unknown>(read("trivet: the node stops"), is("leaving"));
  t.deepEqual<unknown, unknown>(read("trivet: the database does not answer"), is("ours"));
  for (const value of [...evil, 7, null, "constructor"]) t.deepEqual<unknown, unknown>(read(value), is("others"));
  const strange = readService(bytes([node("db1", [passing]), { Node: 7 }, null]), { node: "db1", service: "db" })!;
  t.is(strange.strange.length, 2);
  t.deepEqual(strange.value, { maintenance: "none", passing: true, others: 0 });
});

test("Consul's sessions: ours is found by its name, and is a uuid", (t) => {
  const listed = [
    { ID: "*", Name: "db-writer" },
    { ID: uuid.replace("1", "2"), Name: "x" },
    { ID: uuid, Name: "db-writer" },
  ];
  t.is(readSession(bytes(listed), "db-writer"), uuid);
  t.is(readNewSession(bytes({ ID: uuid })), uuid);
  for (const value of evil) t.is(readNewSession(bytes({ ID: value })), undefined);
  t.true(readSessionStands(bytes([{ ID: uuid }])));
  t.false(readSessionStands(bytes([])));
});

test("a peer: what nodes say", (t) => {
  const position = { uuid, seqno: 42 };
  t.deepEqual(readPeer({ row: `primary ${uuid} 42 4 3 ON writable 198.18.1.11:3306` }), {
    doing: "primary",
    position,
    size: 3,
    synced: true,
  });
  t.deepEqual(readPeer({ row: `non-primary ${uuid} -1 0 1 OFF writable ` }), {
    doing: "nonprimary",
    position: "unknown",
    cluster: uuid,
    size: 1,
    synced: false,
  });
  const waits = (text: string) => readPeer({ error: `ERROR 1047 (08S01): trivet waits at ${text}` });
  t.deepEqual(waits(`${uuid} 42`), { doing: "waiting", position });
  t.deepEqual(waits(`${uuid} 42 (disk 97.1 % full)`), { doing: "waiting", position });
  t.deepEqual(waits("empty (clock 3.0 s behind)"), { doing: "waiting", position: "empty" });
  t.deepEqual(waits("incomplete"), { doing: "waiting", position: "incomplete" });
  t.deepEqual(readPeer({ error: "ERROR 1045 (28000): Access denied" }), { doing: "running" });
  t.deepEqual(readPeer({ error: "Too many connections" }), { doing: "running" });
  t.deepEqual(readPeer({ error: "ERROR 1047 (08S01): WSREP has not yet prepared node" }), { doing: "starting" });
});

test("a running node: who takes writes, and where the others are", (t) => {
  const of = (words: string) => readNode(`primary ${uuid} 42 ${words}`);
  t.true(of("4 3 ON writable a")?.writes);
  for (const not of ["2 3 ON writable", "4 3 OFF writable", "4 3 ON read-only"]) t.false(of(`${not} a`)?.writes, not);
  t.false(readNode(`non-primary ${uuid} 42 4 3 ON writable a`)?.writes);
  // garbd has no address, and a stranger's words are none.
  t.deepEqual(of("4 4 ON writable ,198.18.1.11:3306,[2001:db8::1]:3306,AUTO,$(reboot)")?.members, [
    "198.18.1.11",
    "2001:db8::1",
  ]);
  t.deepEqual(of("4 1 ON writable")?.members, []);
});

test("a peer: anything else says no more than that something is there", (t) => {
  for (const value of [...evil, null, {}, [uuid]]) {
    for (const said of [
      { row: value },
      { error: value },
      { row: `primary ${value}` },
      { row: `primary ${uuid} ${value} 4 3 ON writable` },
      { row: `primary ${uuid} 42 4 3` },
      { row: `primary ${uuid} 42 4 3 ON writable\npeer db3 empty` },
      { row: `primary ${uuid} 42 4 999 ON writable` },
      { row: `primary ${uuid} ${"9".repeat(19)} 4 3 ON writable` },
      { row: `non-primary ${uuid} 42 4 ${value} ON writable` },
      { row: `non-primary ${uuid} 42 4 3 ON ${value}` },
      { row: `primary ${uuid} 42 4 3 ON writable ${"1,".repeat(2_000)}` },
      { error: `trivet waits at ${value}` },
      { error: `trivet waits at ${uuid} ${value}` },
      { error: `trivet waits at ${uuid} 42\nself db1 empty` },
      { error: `trivet waits at ${uuid} 42 ${"x".repeat(1_000)}` },
      {},
    ]) {
      t.deepEqual(readPeer(said), { doing: "starting" }, JSON.stringify(said).slice(0, 200));
    }
  }
});

test("the own database: a member is never left out for its form", (t) => {
  const row = {
    wsrep_gcomm_uuid: uuid,
    wsrep_cluster_status: "Primary",
    wsrep_cluster_size: "3",
    wsrep_local_state: "4",
    wsrep_ready: "ON",
    read_only: 0,
  };
  const members = [
    { uuid, name: "db1" },
    ...evil.map((value) => ({ uuid: value, name: value })),
    { uuid: 7, name: null },
  ];
  const own = readOwnState(row, members)!;
  t.is(own.view.members.length, members.length);
  t.deepEqual(own.view.members[0], { uuid, node: "db1" });
  for (const member of own.view.members.slice(1)) t.deepEqual(member, { uuid: undefined, node: undefined });
  t.true(own.ready && !own.readOnly && own.view.primary);
  // Members of a cluster that was adopted have the names that they had.
  t.is(readOwnState(row, [{ uuid, name: "DB_1.east" }])!.view.members[0]!.node, "DB_1.east");
  t.is(readOwnState({ ...row, wsrep_cluster_size: undefined }, []), undefined);
  for (const value of [...evil, null, 7, {}]) {
    t.is(readOwnState({ ...row, wsrep_gcomm_uuid: value }, []), undefined);
    t.is(readOwnState({ ...row, wsrep_local_state: value }, []), undefined);
    t.is(readOwnState(row, value), undefined);
    t.false(readOwnState({ ...row, wsrep_ready: String(value) }, [])!.ready);
  }
  t.is(
    readOwnState(
      row,
      Array.from({ length: 100 }, () => ({ uuid, name: "db1" })),
    ),
    undefined,
  );
});

test("an order is of the form that trivet recover writes, or none", (t) => {
  t.deepEqual(readOrder(bytes(`fork ${uuid} 12 db2 db3\n`)), {
    order: "fork",
    position: { uuid, seqno: 12 },
    without: ["db2", "db3"],
  });
  t.deepEqual(readOrder(bytes(`discard ${uuid} 12`)), { order: "discard", position: { uuid, seqno: 12 } });
  for (const value of evil.filter((each) => each.trim() !== uuid)) {
    for (const order of [
      value,
      `destroy ${uuid} 12`,
      `bootstrap ${value} 12`,
      `bootstrap ${uuid} ${value}`,
      `bootstrap ${uuid} 12 db2\n${value}`,
    ]) {
      const read = readOrder(bytes(order));
      t.true("refused" in read, JSON.stringify(order).slice(0, 100));
    }
  }
  t.true("refused" in readOrder(Uint8Array.of(0xff)));
});

test("limits of a disk: all of them, or the settings are not here yet", (t) => {
  t.deepEqual(readCapacity(bytes("warning=80\nfull=95\ncounted=0\n")), { warning: 80, full: 95, counted: 0 });
  for (const text of [
    "",
    "warning=80\nfull=95\n",
    "warning=80\nfull=$(id)\ncounted=0\n",
    "warning=80\nfull=101\ncounted=0\n",
  ]) {
    t.is(readCapacity(bytes(text)), undefined);
  }
  t.is(readCapacity(undefined), undefined);
});

test("bytes that are no text, or too many, are none", (t) => {
  t.is(readText(Uint8Array.of(0x61, 0xc3), 10), undefined);
  t.is(readText(bytes("x".repeat(11)), 10), undefined);
  t.is(readText(bytes("é"), 10), "é");
});

test("random bytes and random JSON never throw", (t) => {
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.json().map(bytes)), (body) => {
      readStore(body, "trivet/shop");
      readService(body, { node: "db1", service: "db" });
      readSession(body, "x");
      readSessionStands(body);
      readNewSession(body);
      readOrder(body);
      readCapacity(body);
    }),
    { seed: 1, numRuns: 300 },
  );
  fc.assert(
    fc.property(fc.anything(), fc.anything(), (one, other) => {
      readPeer({ row: one, error: other });
      readOwnState(one, other);
    }),
    { seed: 1, numRuns: 300 },
  );
  t.pass();
});
