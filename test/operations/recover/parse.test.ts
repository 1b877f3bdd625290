import test from "ava";
import { parseEvidence, parseTold, type Told } from "../../../operations/recover/parse.ts";
import { noon, ours, theirs } from "./nodes.ts";

const nothing: Told = {
  grastate: null,
  view: null,
  transfer: false,
  database: false,
  recovered: "",
  log: "",
  told: null,
  waiting: null,
  process: false,
  running: null,
};
const grastate = (seqno: number, uuid = ours) => ({ uuid, seqno, safeToBootstrap: false, changed: noon });
const none = "00000000-0000-0000-0000-000000000000";

const is = test.macro<[Partial<Told>, boolean, string]>((t, told, up, expected) => {
  const { doing, position, stop } = parseEvidence("db1", { ...nothing, ...told }, up);
  t.is(
    [doing, typeof position === "object" ? `${position.uuid} ${position.seqno}` : position, stop].join(" ").trim(),
    expected,
  );
});

test("stopped cleanly", is, { grastate: grastate(12), database: true }, false, `stopped ${ours} 12 clean`);
test(
  "crashed: InnoDB's position",
  is,
  { grastate: grastate(-1), database: true, recovered: `${ours}:14` },
  false,
  `stopped ${ours} 14 crash`,
);
test(
  "crashed, and InnoDB does not tell",
  is,
  { grastate: grastate(-1), database: true },
  false,
  "stopped unreadable crash",
);
test(
  "crashed, and InnoDB is of another cluster",
  is,
  { grastate: grastate(-1), database: true, recovered: `${theirs}:14` },
  false,
  "stopped unreadable crash",
);
test(
  "crashed: InnoDB's position, with MariaDB's own word for it",
  is,
  { grastate: grastate(-1), database: true, recovered: `${ours}:14,0-1-9` },
  false,
  `stopped ${ours} 14 crash`,
);
test("no data", is, {}, false, "stopped empty");
test("a database that was never in a cluster", is, { database: true }, false, "stopped unreadable");
test(
  "an aborted transfer without a uuid",
  is,
  { grastate: grastate(-1, none), database: true },
  false,
  "stopped incomplete",
);
test(
  "an aborted transfer over older data",
  is,
  { grastate: grastate(12), transfer: true, database: true },
  false,
  "stopped incomplete clean",
);

const waiting = { state: "wait", detail: "no answer, alive or not: db3" };
test("waits", is, { grastate: grastate(-1), waiting, told: `${ours} 14` }, true, `waiting ${ours} 14 crash`);
test(
  "waits, and says why in brackets",
  is,
  { grastate: grastate(12), waiting, told: `${ours} 12 (clock 9 s ahead)` },
  true,
  `waiting ${ours} 12 clean`,
);
test("waits without data", is, { waiting, told: "empty" }, true, "waiting empty");
test(
  "refuses to touch a foreign database",
  is,
  { database: true, waiting: { state: "refused", detail: "" } },
  true,
  "waiting unreadable",
);
test(
  "reads its position",
  is,
  { grastate: grastate(-1), waiting: { state: "recovering", detail: "" } },
  true,
  "starting unknown",
);
test("its database does not answer yet", is, { waiting, told: `${ours} 14`, process: true }, true, "starting unknown");
test("has not said anything yet", is, { grastate: grastate(12) }, true, "starting unknown");

const running = {
  status: "Primary",
  uuid: ours,
  seqno: 15,
  size: 3,
  state: "Synced",
  members: "198.18.1.11:3306,198.18.2.11:3306,198.18.3.11:3306",
};
test("primary", is, { process: true, running }, true, `primary ${ours} 15`);
test(
  "without quorum",
  is,
  { process: true, running: { ...running, status: "non-Primary" } },
  true,
  `nonprimary ${ours} 15`,
);
test(
  "disconnected",
  is,
  { process: true, running: { ...running, status: "Disconnected", uuid: none, seqno: -1 } },
  true,
  "nonprimary unknown",
);

test("a last view that is damaged is told, and is none", (t) => {
  const own = "0dae1307-1606-11e4-aa94-5255b1455aa0";
  const view = { own, id: theirs, number: 3, seen: noon, members: [own] };
  const seen = (told: Partial<Told>) => parseEvidence("db1", { ...nothing, grastate: grastate(-1), ...told }, false);
  t.is(seen({ view }).view?.number, 3);
  // So `evidence` tells a file whose line is cut.
  for (const damaged of [{ id: null }, { members: [""] }, { number: -1 }, { own: "" }]) {
    const { view: none, detail } = seen({ view: { ...view, ...damaged } });
    t.is(none, undefined);
    t.regex(detail, /gvwstate.dat/);
  }
});

test("a grastate.dat that is damaged has no position", (t) => {
  const { position, detail } = parseEvidence("db1", { ...nothing, grastate: grastate(12, "x") }, false);
  t.is(position, "unreadable");
  t.is(detail, 'grastate.dat has the uuid "x"');
});

test("what is of another form is told", (t) => {
  const told = JSON.stringify({ ...nothing, running: { status: "Primary", uuid: ours, seqno: "x" } });
  t.regex(t.throws(() => parseTold(told, "")).message, /^evidence printed what is no evidence: running\.seqno: /);
  t.regex(t.throws(() => parseTold("null", "")).message, /^evidence printed what is no evidence: /);
  t.regex(t.throws(() => parseTold(" ".repeat(300_000), "")).message, /^evidence printed no JSON/);
  t.deepEqual(parseTold(JSON.stringify(nothing), ""), nothing);
});

test("what is no JSON is told", (t) => {
  const error = t.throws(() => parseTold("", "exec failed\n"));
  t.is(error.message, "evidence printed no JSON: exec failed");
});
