import test from "ava";
import { decide } from "../../../node/bootstrap/index.ts";
import { isCrowded, judgeCapacity } from "../../../node/keeper/capacity.ts";
import { judgeJoining } from "../../../node/keeper/joining.ts";
import { firstState, type KeeperState, step } from "../../../node/keeper/machine.ts";
import { readPosition } from "../../../node/keeper/position.ts";
import type { Gates, KeeperConfig, KeeperEffect, KeeperEvent } from "../../../node/keeper/protocol.ts";
import {
  firstReplicating,
  judgeDonor,
  judgeQuorum,
  judgeReplication,
  type ReplicationLook,
} from "../../../node/keeper/replication.ts";
import { startPlan } from "../../../node/keeper/start.ts";
import type { PeerState } from "../../../node/types.ts";

const uuid = "96ee8015-e56e-11f1-8fb5-a36e41aba6e9";
const position = { uuid, seqno: 42 };
const config: KeeperConfig = {
  self: { name: "db1", address: "198.18.1.11" },
  peers: [
    { name: "db2", address: "198.18.2.11" },
    { name: "db3", address: "198.18.3.11" },
  ],
  arbitrators: 0,
  plan: decide,
};
const grastate = (seqno = position.seqno) => ({ value: { uuid, seqno, safeToBootstrap: false } });
const files = { transfer: false, installing: false, database: true };
const primary: PeerState = { doing: "primary", position, synced: true, size: 2 };
const open: Gates = {
  room: { warning: 80, full: 95, counted: 0, used: 10 },
  othersWrite: true,
  clock: { wrong: false, said: "clock right" },
};

/** A keeper that a test tells what happens, and when. */
function keeper() {
  let state: KeeperState = firstState;
  let now = 0;
  const all: KeeperEffect[] = [];
  const tell = (event: KeeperEvent): KeeperEffect[] => {
    const next = step(config, state, event, now);
    state = next.state;
    all.push(...next.effects);
    return next.effects.filter(({ do: does }) => does !== "log" && does !== "tell");
  };
  /** What it does meanwhile, a tick every tenth of a second. */
  const pass = (duration: number): KeeperEffect[] => {
    const found: KeeperEffect[] = [];
    for (const end = now + duration; now < end; ) {
      now += 100;
      found.push(...tell({ is: "tick" }));
    }
    return found;
  };
  const told = () => all.findLast((effect) => effect.do === "tell")?.told;
  return { tell, pass, told, state: () => state, now: () => now };
}

/** One that waits at a position, and has just asked its peers. */
function waits(standing: "whole" | "empty" = "whole") {
  const it = keeper();
  it.tell({
    is: "files",
    files: standing === "whole" ? { ...files, grastate: grastate() } : { ...files, database: false },
  });
  it.pass(100);
  return it;
}

/** One whose database starts. */
function starts(peers: PeerState[]) {
  const it = waits();
  it.tell({ is: "around", peers });
  it.tell({ is: "gates", gates: open });
  it.pass(100);
  it.tell({ is: "around", peers });
  it.pass(100);
  it.tell({ is: "counted", by: false });
  it.pass(100);
  it.tell({ is: "reported", stands: undefined });
  return it;
}

test("where the data stands", (t) => {
  t.deepEqual(readPosition({ ...files, grastate: grastate() }), {
    standing: position,
    changes: ["drop-forked", "drop-installing-mark"],
  });
  t.deepEqual(readPosition({ ...files, grastate: grastate(-1) }), {
    standing: "recover",
    changes: ["drop-forked", "drop-installing-mark"],
  });
  const interrupted = readPosition({ ...files, transfer: true, grastate: grastate() });
  t.true(
    "standing" in interrupted && interrupted.standing === "incomplete" && interrupted.changes.includes("give-up-data"),
  );
  const unread = readPosition({ ...files, grastate: { dropped: "torn" } });
  t.true("standing" in unread && unread.standing === "unreadable");
  t.true("refused" in readPosition(files));
  const empty = { standing: "empty", changes: [] };
  t.deepEqual<unknown, unknown>(readPosition({ ...files, installing: true }), empty);
  t.deepEqual<unknown, unknown>(readPosition({ ...files, database: false }), empty);
});

test("a start: looked at, gates, looked at once more, given up by the others, and cleared", (t) => {
  const it = waits();
  t.deepEqual(it.tell({ is: "around", peers: [primary, primary] }), [{ do: "look-gates", crowded: false }]);
  t.deepEqual(it.tell({ is: "gates", gates: open }), []);
  t.deepEqual(it.pass(100), [{ do: "look-around", orders: true }]);
  it.tell({ is: "around", peers: [primary, primary] });
  t.deepEqual(it.pass(100), [{ do: "ask-departure" }]);
  it.tell({ is: "counted", by: true });
  t.deepEqual(it.pass(100), []);
  t.deepEqual(it.pass(100), [{ do: "ask-departure" }]);
  it.tell({ is: "counted", by: false });
  t.deepEqual(it.pass(100), [{ do: "ask-report" }]);
  it.tell({ is: "reported", stands: true });
  t.deepEqual(it.pass(100), [{ do: "ask-report" }]);
  t.deepEqual(it.tell({ is: "reported", stands: false }), [
    {
      do: "start",
      plan: { changes: ["drop-last-view"], makeDatabase: false, options: [`--wsrep-start-position=${uuid}:42`] },
    },
  ]);
});

test("nobody is waited for for good: 15 s until the others give it up, 5 s until its eviction is cleared", (t) => {
  const it = waits();
  it.tell({ is: "around", peers: [primary, primary] });
  it.tell({ is: "gates", gates: open });
  it.pass(100);
  it.tell({ is: "around", peers: [primary, primary] });
  const began = it.now();
  let departed: number | undefined;
  while (it.state().in === "departing" && it.now() < began + 60_000) {
    for (const effect of it.pass(100)) {
      if (effect.do === "ask-departure") it.tell({ is: "counted", by: true });
      if (effect.do === "ask-report") {
        departed ??= it.now() - began;
        it.tell({ is: "reported", stands: true });
      }
    }
  }
  t.true(departed! >= 15_000 && departed! <= 15_500, `${departed}`);
  const cleared = it.now() - began - departed!;
  t.true(cleared >= 4_800 && cleared <= 5_500, `${cleared}`);
});

test("what keeps a node that may start from starting", (t) => {
  const held = (gates: Partial<Gates>) => {
    const it = waits();
    it.tell({ is: "around", peers: [primary, primary] });
    it.tell({ is: "gates", gates: { ...open, ...gates } });
    return [it.told()?.state, it.state().in, it.told()?.at?.why];
  };
  t.deepEqual(held({ room: undefined }), ["settings", "waiting", undefined]);
  t.deepEqual(held({ clock: { wrong: true, said: "clock 3.000 s behind" } }), [
    "clock",
    "waiting",
    "clock 3.000 s behind",
  ]);
  t.deepEqual(held({ room: { ...open.room!, used: 97.4 } }), ["full", "waiting", "disk 97.4 % full"]);
  // Nobody writes: nothing fills its disk.
  t.deepEqual(held({ room: { ...open.room!, used: 97.4 }, othersWrite: false })[0], "join");
});

test("gates count for one start: after a wait they are looked at again", (t) => {
  const it = waits();
  it.tell({ is: "around", peers: [primary, primary] });
  it.tell({ is: "gates", gates: open });
  it.pass(100);
  it.tell({ is: "around", peers: [{ doing: "missing" }, { doing: "missing" }] });
  it.pass(500);
  t.deepEqual(it.tell({ is: "around", peers: [primary, primary] }), [{ do: "look-gates", crowded: false }]);
});

test("the first node of a chain makes its database while it waits, and is fit for those that come after it", (t) => {
  const it = waits("empty");
  t.deepEqual(it.tell({ is: "around", peers: [{ doing: "absent" }, { doing: "absent" }] }), [{ do: "make-database" }]);
  t.true(it.told()!.fit);
  it.pass(500);
  t.deepEqual(it.tell({ is: "around", peers: [{ doing: "absent" }, { doing: "absent" }] }), []);
  // All were there once: one that is absent now is starting.
  it.pass(500);
  it.tell({ is: "around", peers: [{ doing: "starting" }, { doing: "starting" }] });
  it.pass(500);
  it.tell({ is: "around", peers: [{ doing: "absent" }, { doing: "absent" }] });
  t.false(it.told()!.fit);
});

test("an order is obeyed once its gates are passed, and one that is void can be seen for 3 s", (t) => {
  const it = waits();
  const order = { order: "bootstrap" as const, position, without: ["db2", "db3"] };
  const silent: PeerState[] = [{ doing: "missing" }, { doing: "missing" }];
  it.tell({ is: "around", peers: silent, order });
  it.tell({ is: "gates", gates: open });
  t.like(it.pass(100), [
    { do: "start", plan: { options: [`--wsrep-start-position=${uuid}:42`, "--wsrep-new-cluster"] } },
  ]);
  const other = waits();
  other.tell({ is: "around", peers: silent, order: { ...order, position: { uuid, seqno: 41 } } });
  t.is(other.told()?.state, "wait");
  t.deepEqual(other.pass(2_900), []);
  t.deepEqual(other.pass(100), [{ do: "look-around", orders: true }]);
});

test("how it starts", (t) => {
  const start = { decision: "join" as const, fork: false, standing: "empty" as const, fresh: true, readOnly: false };
  t.deepEqual(startPlan(start), {
    changes: ["clear-data", "drop-last-view"],
    makeDatabase: false,
    options: ["--wsrep-sst-method=rsync"],
  });
  t.deepEqual(startPlan({ ...start, decision: "bootstrap" }), {
    changes: ["drop-last-view"],
    makeDatabase: true,
    options: ["--wsrep-new-cluster"],
  });
  t.deepEqual(startPlan({ ...start, decision: "bootstrap", standing: position, fork: true, fresh: false }), {
    changes: ["put-aside-forked", "drop-last-view"],
    makeDatabase: false,
    options: ["--wsrep-new-cluster"],
  });
  t.deepEqual(startPlan({ ...start, decision: "rejoin", standing: position, fresh: false, readOnly: true }), {
    changes: [],
    makeDatabase: false,
    options: [`--wsrep-start-position=${uuid}:42`, "--read-only"],
  });
});

test("a joiner without hope is given up after 20 s, one that is fed or has hope is not", (t) => {
  const after = (peers: PeerState[], { asksForData = false, fed = false } = {}) =>
    judgeJoining({ heard: 0 }, { peers, asksForData, fed }, 3, 20_000).hopeless;
  const alone = (size: number): PeerState => ({ ...primary, doing: "nonprimary", size });
  t.true(after([{ doing: "absent" }, { doing: "starting" }]));
  t.true(after([primary, primary], { asksForData: true }));
  t.false(after([primary, primary]));
  t.false(after([primary, { ...primary, synced: false }], { asksForData: true }));
  t.false(after([{ doing: "missing" }, { doing: "missing" }], { asksForData: true, fed: true }));
  t.false(after([{ doing: "running" }, { doing: "absent" }]));
  // A component without quorum will be ended by the one that answers.
  t.false(after([alone(3), { doing: "starting" }]));
  t.false(after([alone(2), { doing: "starting" }]));
  t.false(judgeJoining({ heard: 0 }, { peers: [], asksForData: false, fed: false }, 3, 19_999).hopeless);
});

test("its transfer's script is ended first: the database follows it, and is killed after 5 s if not", (t) => {
  const it = starts([primary, primary]);
  it.tell({ is: "joining", answers: false, look: { peers: [], asksForData: true, fed: false } });
  it.pass(21_000);
  t.deepEqual(it.tell({ is: "joining", answers: false, look: { peers: [], asksForData: true, fed: false } }), [
    { do: "end-transfer", role: "joiner" },
  ]);
  it.tell({ is: "transfer-ended", role: "joiner", ok: true });
  t.false(it.pass(4_900).some((effect) => effect.do === "kill"));
  t.true(it.pass(200).some((effect) => effect.do === "kill" && effect.signal === "KILL"));
});

const look: ReplicationLook = {
  status: "primary",
  uuid,
  lastCommitted: 7,
  localState: 4,
  size: 3,
  ready: true,
  idle: false,
};
/** What comes of looks, one every two seconds. */
function verdicts(...looks: (Partial<ReplicationLook> | undefined)[]) {
  let memory = firstReplicating(0);
  return looks.map((each, at) => {
    const next = judgeReplication(memory, each && { ...look, ...each }, at * 2_000);
    memory = next.memory;
    return next.verdict;
  });
}
const repeat = <T>(count: number, what: T): T[] => Array.from({ length: count }, () => what);

test("what Galera does not end by itself", (t) => {
  const stuck = { localState: 1, idle: true };
  t.is(verdicts(...repeat(12, stuck)).findIndex(Boolean), 10);
  t.deepEqual(
    verdicts(...Array.from({ length: 15 }, (_, at) => ({ ...stuck, lastCommitted: at }))).filter(Boolean),
    [],
  );
  t.deepEqual(verdicts(...repeat(15, { localState: 1, idle: false })).filter(Boolean), []);
  t.deepEqual(verdicts({ localState: 5 }), ["inconsistent"]);
  t.deepEqual(verdicts({ localState: 2, ready: false }, { localState: 2 }), ["ask-donor", undefined]);
  const evicted = { status: "disconnected" as const, localState: 0, ready: false };
  t.deepEqual(verdicts({}, evicted, evicted, evicted), [undefined, undefined, undefined, "evicted"]);
  t.is(verdicts(...repeat(12, evicted)).findIndex(Boolean), 9);
  const alone = { status: "nonprimary" as const, localState: 0, ready: false };
  t.is(verdicts({}, ...repeat(12, alone)).findIndex(Boolean), 10);
  t.deepEqual(verdicts(...repeat(30, undefined)).filter(Boolean), []);
});

test("a quorum is made anew, and where nothing comes of it three times the node starts again", (t) => {
  let memory = firstReplicating(0);
  const judged = (decision: "promote" | "restart" | "wait") => {
    const next = judgeQuorum(memory, decision);
    memory = next.memory;
    return next.verdicts;
  };
  t.deepEqual(
    [judged("promote"), judged("promote"), judged("promote")],
    [["promote"], ["promote"], ["promote", "stop"]],
  );
  memory = firstReplicating(0);
  t.deepEqual([judged("restart"), judged("restart"), judged("wait"), judged("restart"), judged("restart")].flat(), []);
});

test("a donor that takes no clients: its transfer is ended where nobody else serves; one that gives nothing starts again", (t) => {
  const memory = firstReplicating(0);
  t.is(judgeDonor(memory, { giving: true, othersWrite: true }).verdict, undefined);
  t.is(judgeDonor(memory, { giving: true, othersWrite: false }).verdict, "end-transfer");
  t.is(judgeDonor({ ...memory, idle: 1 }, { giving: false, othersWrite: false }).verdict, undefined);
  t.is(judgeDonor({ ...memory, idle: 2 }, { giving: false, othersWrite: false }).verdict, "stop");
});

test("a disk that fills: read-only, away while others write, and back below five percent less", (t) => {
  const room = (used: number) => ({ warning: 80, full: 95, counted: 0, used });
  const judged = (used: number, ours: boolean, othersWrite = false) => judgeCapacity(room(used), { ours, othersWrite });
  t.deepEqual(judged(94.9, false), []);
  t.deepEqual(judged(95, false), ["read-only"]);
  t.deepEqual(judged(96, true), []);
  t.deepEqual(judged(97, true, true), ["stop"]);
  t.deepEqual(judged(97, true, false), []);
  t.deepEqual(judged(90, true), []);
  t.deepEqual(judged(89.9, true), ["writable"]);
  t.deepEqual(judged(89.9, false), []);
  t.true(isCrowded(room(97), false));
  t.false(isCrowded(room(96.9), false));
  t.true(isCrowded(room(95), true));
  t.false(isCrowded(room(94.9), true));
});

test("it leaves its name, waits 2 s, ends its clients between two transactions, and stops; 10 s at most", (t) => {
  const it = starts([primary, primary]);
  it.tell({ is: "joining", answers: true });
  t.deepEqual(it.tell({ is: "stop" }), [{ do: "tell-leaving" }, { do: "look" }]);
  t.deepEqual(it.tell({ is: "look", look }), [{ do: "leave-name" }]);
  t.deepEqual(it.tell({ is: "name-left", ok: true }), []);
  t.false(it.pass(1_900).some((effect) => effect.do === "list-clients"));
  t.true(it.pass(100).some((effect) => effect.do === "list-clients"));
  t.deepEqual(it.tell({ is: "clients", clients: { idle: [7, 8], busy: 1 } }), [{ do: "end-clients", ids: [7, 8] }]);
  const began = it.now();
  let stopped = false;
  while (!stopped && it.now() < began + 30_000) {
    for (const effect of it.pass(100)) {
      if (effect.do !== "list-clients") continue;
      stopped ||= it.tell({ is: "clients", clients: { idle: [], busy: 1 } }).some((each) => each.do === "kill");
    }
  }
  t.true(it.now() - began >= 9_500 && it.now() - began <= 10_500, `${it.now() - began}`);
  t.deepEqual(it.tell({ is: "exited", code: 0 }), [{ do: "exit", code: 0 }]);
});

test("one that serves nobody, and the last one, do not wait", (t) => {
  const left = (seen: Partial<ReplicationLook> | undefined) => {
    const it = starts([primary, primary]);
    it.tell({ is: "joining", answers: true });
    it.tell({ is: "stop" });
    return [it.tell({ is: "look", look: seen && { ...look, ...seen } }), it.tell({ is: "name-left", ok: true })];
  };
  t.deepEqual(left({ localState: 2 })[0], [{ do: "kill", signal: "TERM" }]);
  t.deepEqual(left({ size: 1 })[1], [{ do: "list-clients" }]);
  t.deepEqual(left(undefined)[0], [{ do: "leave-name" }]);
});

test("a last view whose members did not find together is dropped", (t) => {
  const alone: PeerState = { ...primary, doing: "nonprimary" };
  const it = keeper();
  it.tell({
    is: "files",
    files: {
      ...files,
      grastate: grastate(),
      view: { value: { id: uuid, number: 1, seen: 0, own: "a", members: ["a", "b", "c"] } },
    },
  });
  it.pass(100);
  it.tell({ is: "around", peers: [alone, { doing: "missing" }] });
  it.tell({ is: "gates", gates: open });
  it.pass(100);
  it.tell({ is: "around", peers: [alone, { doing: "missing" }] });
  it.pass(100);
  it.tell({ is: "counted", by: false });
  it.pass(100);
  it.tell({ is: "reported", stands: undefined });
  t.deepEqual(it.tell({ is: "exited", code: 1 }), [
    { do: "change-files", changes: ["drop-last-view"] },
    { do: "exit", code: 1 },
  ]);
});
