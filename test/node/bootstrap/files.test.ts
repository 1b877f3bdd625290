import test from "ava";
import fc from "fast-check";
import {
  type Files,
  mustRecover,
  NO_UUID,
  orderWords,
  parseOrder,
  parsePosition,
  parseStanding,
  positionOf,
  positionText,
  readGrastate,
  readGvwstate,
  readRecovered,
  runningAt,
  startPosition,
  stopOf,
} from "../../../node/bootstrap/index.ts";

const uuid = "96ee8015-e56e-11f1-8fb5-a36e41aba6e9";
const other = "2606c3b6-e56c-11f1-ab00-e3edf83cf378";

const grastate = (seqno: number | string, id = uuid, safe = 0) =>
  `# GALERA saved state\nversion: 2.1\nuuid:    ${id}\nseqno:   ${seqno}\nsafe_to_bootstrap: ${safe}\n`;
const members = [
  "0dae1307-1606-11e4-aa94-5255b1455aa0",
  "47bbe2e2-1606-11e4-8593-2a6d8335bc79",
  "d3124bc8-1605-11e4-aa3d-ab44303c044a",
];
const gvwstate = `my_uuid: ${members[2]}
#vwbeg
view_id: 3 ${members[0]} 12
bootstrap: 0
${members.map((member) => `member: ${member} 1`).join("\n")}
#vwend
`;

test("positions of Galera and of MariaDB with a GTID", (t) => {
  const at = { uuid, seqno: 48_451 };
  const gtid = { ...at, gtid: "201-2001-48431" };
  t.deepEqual(parsePosition(`${uuid}:48451`), at);
  t.deepEqual(parsePosition(`${uuid}:48451,201-2001-48431`), gtid);
  t.deepEqual(parsePosition(`${uuid}:201-2001-48431,48451`), gtid);
  t.deepEqual(parsePosition(`${uuid}:48451 201-2001-48431\n`), gtid);
  t.is(positionText(gtid), `${uuid}:48451`);
  t.is(startPosition(gtid), `${uuid}:48451,201-2001-48431`);
  t.is(startPosition(at), `${uuid}:48451`);
});

test("what is no position", (t) => {
  for (const text of [
    "",
    uuid,
    `${uuid}:`,
    `${uuid}:-1`,
    `${NO_UUID}:-1`,
    `${NO_UUID}:3`,
    `${uuid}:1,2`,
    `${uuid}:0-1-7`,
    "0-1-7",
    `${uuid}:1,0-1-7,0-1-8`,
    // Greater than can be compared.
    `${uuid}:9007199254740993`,
    `${uuid}:18446744073709551615`,
    `${uuid.toUpperCase()}:1`,
    `x[$(reboot)]:1`,
    `${uuid}:${"1".repeat(100_000)}`,
  ]) {
    t.is(parsePosition(text), undefined, text.slice(0, 80));
  }
});

test("a position as a waiting node tells it", (t) => {
  t.deepEqual(parseStanding(`${uuid} 0`), { uuid, seqno: 0 });
  for (const word of ["empty", "incomplete", "unreadable"]) t.is<unknown, unknown>(parseStanding(word), word);
  for (const text of [
    "",
    "unknown",
    uuid,
    `${uuid} `,
    `${uuid} -1`,
    `${uuid} 4 2`,
    `${uuid} 42 x`,
    `${uuid} 42\nempty`,
  ]) {
    t.is(parseStanding(text), undefined, text);
  }
});

test("where a running database stands: without a write-set of its own it names its cluster, if it knows one", (t) => {
  t.deepEqual(runningAt({ uuid, seqno: 12 }), { position: { uuid, seqno: 12 } });
  t.deepEqual(runningAt({ uuid, seqno: -1 }), { position: "unknown", cluster: uuid });
  t.deepEqual(runningAt({ uuid: NO_UUID, seqno: -1 }), { position: "unknown" });
  t.deepEqual(runningAt({ uuid: "x[$(reboot)]", seqno: 1 }), { position: "unknown" });
});

test("grastate.dat", (t) => {
  t.deepEqual(readGrastate(grastate(12, uuid, 1)).value, { uuid, seqno: 12, safeToBootstrap: true });
  t.deepEqual(readGrastate(grastate(-1)).value, { uuid, seqno: -1, safeToBootstrap: false });
  t.regex(readGrastate("").dropped!, /uuid ""/);
  t.regex(readGrastate(grastate("")).dropped!, /seqno ""/);
  t.regex(readGrastate(grastate("-2")).dropped!, /seqno "-2"/);
  t.regex(readGrastate(grastate("9007199254740993")).dropped!, /seqno/);
  t.regex(readGrastate(grastate(12, "x[$(reboot)]")).dropped!, /uuid "x\[\$\(reboot\)\]"/);
  t.regex(readGrastate("x".repeat(100_000)).dropped!, /100000 characters/);
});

test("gvwstate.dat", (t) => {
  t.deepEqual(readGvwstate(gvwstate, 7).value, { own: members[2]!, id: members[0]!, number: 12, seen: 7, members });
  // A view that seems smaller than it was would allow more.
  t.regex(readGvwstate(gvwstate.slice(0, gvwstate.indexOf(members[1]!, 150)), 7).dropped!, /no end/);
  t.regex(readGvwstate(gvwstate.replace("#vwend", ""), 7).dropped!, /no end/);
  t.regex(readGvwstate(gvwstate.replace(/^member.*44a 1\n/m, ""), 7).dropped!, /own node/);
  t.regex(readGvwstate(gvwstate.replace(/^view_id.*$/m, "view_id: 3"), 7).dropped!, /uuid ""/);
  t.regex(readGvwstate(gvwstate.replace(" 12", " x"), 7).dropped!, /no number/);
  t.regex(readGvwstate(gvwstate.replace("member: 4", "member: x"), 7).dropped!, /uuid "x/);
  t.regex(readGvwstate(gvwstate.replaceAll(/\n(member: 0.*)/g, "\n$1\n$1"), 7).dropped!, /twice/);
  t.regex(readGvwstate(gvwstate, Number.NaN).dropped!, /no time/);
  t.truthy(readGvwstate("", 7).dropped);
});

test("what --wsrep-recover prints: the last position counts", (t) => {
  const line = (position: string) =>
    `2026-10-14 10:14:26 0 [Note] InnoDB: log sequence number 2734997\n2026-10-14 10:14:26 0 [Note] WSREP: Recovered position: ${position}\n`;
  t.deepEqual(readRecovered(line(`${uuid}:12`)).value, { uuid, seqno: 12 });
  t.deepEqual(readRecovered(line(`${uuid}:12,0-1-7`)).value, { uuid, seqno: 12, gtid: "0-1-7" });
  t.deepEqual(readRecovered(`${line(`${other}:99`)}${line(`${uuid}:12`)}Warning: Memory not freed: 280\n`).value, {
    uuid,
    seqno: 12,
  });
  t.regex(readRecovered(line(`${NO_UUID}:-1`)).dropped!, /told "0000/);
  t.regex(readRecovered("[ERROR] InnoDB: corrupted").dropped!, /told no position/);
  t.deepEqual(readRecovered(`${"x\n".repeat(2_000_000)}${line(`${uuid}:12`)}`).value, { uuid, seqno: 12 });
});

const files = (rest: Partial<Files>): Files => ({ database: true, transfer: false, ...rest });
test("the position that a data directory has", (t) => {
  const of = (rest: Partial<Files>) => {
    const all = files(rest);
    return [positionText(positionOf(all)), stopOf(all), mustRecover(all) ? "asks InnoDB" : ""].join(" ").trim();
  };
  const crashed = readGrastate(grastate(-1));
  t.is(of({ database: false }), "empty");
  t.is(of({}), "unreadable");
  t.is(of({ grastate: readGrastate(grastate(12)) }), `${uuid}:12 clean`);
  t.is(of({ grastate: crashed }), "unreadable crash asks InnoDB");
  t.is(of({ grastate: crashed, recovered: { uuid, seqno: 14 } }), `${uuid}:14 crash asks InnoDB`);
  t.is(of({ grastate: crashed, recovered: { uuid: other, seqno: 14 } }), "unreadable crash asks InnoDB");
  t.is(of({ grastate: readGrastate(grastate(-1, NO_UUID)) }), "incomplete");
  t.is(of({ grastate: readGrastate(grastate(12)), transfer: true }), "incomplete clean");
  t.is(of({ grastate: readGrastate("") }), "unreadable");
  t.is(of({ grastate: readGrastate(""), transfer: true }), "incomplete");
});

test("an order is read as it was written, and nothing else is one", (t) => {
  for (const order of [
    { order: "bootstrap" as const, position: { uuid, seqno: 12 }, without: ["db2", "db3.example"] },
    { order: "fork" as const, position: { uuid, seqno: 0 }, without: [] },
    { order: "discard" as const, position: { uuid, seqno: 3 } },
  ]) {
    t.deepEqual(parseOrder(`${orderWords(order).join(" ")}\n`), order);
  }
  for (const text of [
    "",
    "bootstrap",
    `bootstrap ${uuid}`,
    `bootstrap ${uuid} -1`,
    `start ${uuid} 12`,
    `discard ${uuid} 12 db1`,
    `bootstrap ${uuid} 12 $(reboot)`,
    `bootstrap ${uuid} 12 db2\ndb3`,
    `bootstrap ${uuid} 12 ${"db1 ".repeat(10_000)}`,
  ]) {
    t.is(parseOrder(text), undefined, text.slice(0, 80));
  }
});

test("no text of others makes a reader throw, or believe what is of no such form", (t) => {
  const evil = [
    "x[$(reboot)]",
    "@/etc/passwd",
    "\n",
    "-1",
    "08",
    "\ufffd",
    "\0",
    uuid,
    NO_UUID,
    "member: ",
    "uuid: ",
    "seqno: 1",
    "#vwend",
  ];
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc
      .array(fc.constantFrom(...evil, ...gvwstate.split(/(?<=\n)/), ...grastate(12).split(/(?<=\n)/)))
      .map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(text, (given) => {
      parsePosition(given);
      parseOrder(given);
      readRecovered(given);
      const { value: state } = readGrastate(given);
      if (state) t.true(/^[0-9a-f-]{36}$/.test(state.uuid) && Number.isSafeInteger(state.seqno) && state.seqno >= -1);
      const { value: view } = readGvwstate(given, 7);
      if (view) t.true(view.members.includes(view.own) && view.number >= 0);
    }),
    { numRuns: 1_000 },
  );
  t.pass();
});
