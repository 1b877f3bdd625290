import test, { type ExecutionContext } from "ava";
import { decide } from "../../../node/bootstrap/index.ts";
import { lineOf, situationOf } from "./situations.ts";

const ours = "96ee8015-e56e-11f1-8fb5-a36e41aba6e9";
const theirs = "2606c3b6-e56c-11f1-ab00-e3edf83cf378";

/** One node's view: its own position, then the others' as far as they are known. */
type Node = "db1" | "db2" | "db3" | "db4" | "db5";
type Situation = Partial<Record<Node, string>>;

/** A node that knows itself as a member of the last view says so behind its position. */
const linesOf = (node: string, known: string, self: boolean) =>
  self ? `self ${node} ${known.replace(/ \(view of (\d)\)/, "\nview $1")}` : `peer ${node} ${known}`;

function decides(t: ExecutionContext, lines: string[], expected: string): void {
  t.is(lineOf(decide(situationOf(lines))), expected);
}

const macro = test.macro<[Node, Situation, string]>({
  exec(t, at, situation, expected) {
    const lines = Object.entries(situation).map(([node, known]) => linesOf(node, known, node === at));
    decides(t, lines, expected);
  },
  title: (title, at, situation) => title ?? `on ${at}: ${Object.values(situation).join(" | ")}`,
});

// Creation: a serial chain (node 1 is fit before node 2 is created) and all at once.
test(
  "the first node of a chain waits for the others",
  macro,
  "db1",
  { db1: "empty", db2: "absent", db3: "absent" },
  "forming not started yet: db2 db3",
);
test(
  "a host that does not answer yet is no proof",
  macro,
  "db1",
  { db1: "empty", db2: "silent", db3: "absent" },
  "wait no answer, alive or not: db2",
);
test(
  "all are there: the first makes the cluster",
  macro,
  "db1",
  { db1: "empty", db2: "empty", db3: "empty" },
  "bootstrap no node has data, the new cluster starts on db1",
);
test(
  "all are there: the others await it",
  macro,
  "db3",
  { db1: "empty", db2: "empty", db3: "empty" },
  "await-new no node has data, the new cluster starts on db1",
);
test("the maker is starting", macro, "db3", { db1: "starting", db2: "empty", db3: "empty" }, "wait starting: db1");
test(
  "the maker is there",
  macro,
  "db3",
  { db1: `primary ${ours}`, db2: "empty", db3: "empty" },
  "join in the primary component: db1",
);

// The danger: an emptied node must never make a second cluster.
test(
  "emptied, the others cut off",
  macro,
  "db1",
  { db1: "empty", db2: "silent", db3: "silent" },
  "wait no answer, alive or not: db2 db3",
);
test(
  "emptied, the others stopped",
  macro,
  "db1",
  { db1: "empty", db2: "absent", db3: "absent" },
  "forming not started yet: db2 db3",
);
test(
  "emptied, one stopped and one cut off",
  macro,
  "db1",
  { db1: "empty", db2: "absent", db3: "silent" },
  "wait no answer, alive or not: db3",
);
test(
  "emptied, one waits with data and one is cut off",
  macro,
  "db1",
  { db1: "empty", db2: `${ours} 9`, db3: "silent" },
  "wait no answer, alive or not: db3 (gone for good? trivet recover)",
);
test(
  "emptied, the others wait with data",
  macro,
  "db1",
  { db1: "empty", db2: `${ours} 9`, db3: `${ours} 12` },
  `wait the highest position, ${ours}:12, is that of db3`,
);
test(
  "emptied, a survivor has no quorum",
  macro,
  "db1",
  { db1: "empty", db2: "nonprimary", db3: "silent" },
  "wait running without quorum: db2, and there is no data here to help with",
);
test(
  "two emptied, the third is cut off",
  macro,
  "db1",
  { db1: "empty", db2: "empty", db3: "silent" },
  "wait no answer, alive or not: db3",
);
test(
  "two emptied, the third has data",
  macro,
  "db3",
  { db1: "empty", db2: "empty", db3: `${ours} 9` },
  `bootstrap the highest position, ${ours}:9, is that of db3`,
);
test(
  "two interrupted transfers, the third was never started",
  macro,
  "db1",
  { db1: "incomplete", db2: "incomplete", db3: "absent" },
  "gather not started yet: db3",
);

// All were stopped, or killed: the highest position, when all positions are known.
test(
  "the highest starts",
  macro,
  "db2",
  { db1: `${ours} 9`, db2: `${ours} 12`, db3: `${ours} 12` },
  `bootstrap the highest position, ${ours}:12, is that of db2`,
);
test(
  "of two equals the first by name",
  macro,
  "db3",
  { db1: `${ours} 9`, db2: `${ours} 12`, db3: `${ours} 12` },
  `wait the highest position, ${ours}:12, is that of db2`,
);
test(
  "positions are numbers",
  macro,
  "db2",
  { db1: `${ours} 9`, db2: `${ours} 10`, db3: `${ours} 8` },
  `bootstrap the highest position, ${ours}:10, is that of db2`,
);
test(
  "the highest of those known is not enough",
  macro,
  "db2",
  { db1: `${ours} 9`, db2: `${ours} 12`, db3: "absent" },
  "gather not started yet: db3 (gone for good? trivet recover)",
);
test(
  "an interrupted transfer holds nothing of its own",
  macro,
  "db2",
  { db1: "incomplete", db2: `${ours} 12`, db3: `${ours} 11` },
  `bootstrap the highest position, ${ours}:12, is that of db2`,
);
test(
  "an unreadable one may be the newest",
  macro,
  "db2",
  { db1: "unreadable", db2: `${ours} 12`, db3: `${ours} 11` },
  "refuse data that may be the newest, but can't be read: see the log of db1, or go on without it by trivet recover",
);
test(
  "nothing but interrupted transfers",
  macro,
  "db2",
  { db1: "incomplete", db2: "incomplete", db3: "empty" },
  "refuse an interrupted state transfer, and no node has data: db1 db2 (trivet recover tells more)",
);

test(
  "a peer that is kept back by its clock still tells its position",
  macro,
  "db2",
  { db1: `${ours} 9`, db2: `${ours} 12`, db3: `${ours} 11 (clock 1900.000 s ahead of the site's time)` },
  `bootstrap the highest position, ${ours}:12, is that of db2`,
);

// Part of the cluster runs.
test(
  "killed, and back",
  macro,
  "db2",
  { db1: `primary ${ours}`, db2: `${ours} 12`, db3: "silent" },
  "join in the primary component: db1",
);
test(
  "an unreadable one is replaced by the cluster's data",
  macro,
  "db2",
  { db1: `primary ${ours}`, db2: "unreadable", db3: `primary ${ours}` },
  "join in the primary component: db1 db3",
);
test(
  "a survivor without quorum takes its members back",
  macro,
  "db2",
  { db1: `nonprimary ${ours} 12`, db2: `${ours} 12 (view of 3)`, db3: "silent" },
  "rejoin running without quorum: db1",
);
test(
  "one that lost its view in crashes tells its position and waits",
  macro,
  "db1",
  { db1: `${ours} 12`, db2: `nonprimary ${ours} 12`, db3: `nonprimary ${ours} 12` },
  "wait running without quorum: db2 db3, and the last view is not known here (if it stays so: trivet recover)",
);

// All without quorum, and all have told so: the component of those that run becomes the primary one again.
const alone = (seqno: number, members: number) => `running ${ours} ${seqno} ${members}`;
test(
  "those that run are together, the third has no more: the first of them makes the quorum anew",
  macro,
  "db2",
  { db1: `${ours} 12`, db2: alone(12, 2), db3: `nonprimary ${ours} 12` },
  "promote no node has a quorum, all have told so: db2 makes it anew",
);
test(
  "and the other one leaves it to that",
  macro,
  "db3",
  { db1: `${ours} 12`, db2: `nonprimary ${ours} 12`, db3: alone(12, 2) },
  "wait no node has a quorum, all have told so: db2 makes it anew",
);
test(
  "one whose joiner was left with half a transfer, and that has more than the third, makes the quorum anew",
  macro,
  "db2",
  { db1: "incomplete", db2: alone(12, 1), db3: `${ours} 11` },
  "promote no node has a quorum, all have told so: db2 makes it anew",
);
test(
  "one that waits has more: those that run wait, too, and let the positions decide",
  macro,
  "db2",
  { db1: `${ours} 13`, db2: alone(12, 2), db3: `nonprimary ${ours} 12` },
  "restart db1 has more, and does not run",
);
test(
  "all are in one component that finds no quorum: the one that tells so ends that",
  macro,
  "db2",
  { db1: "starting", db2: alone(12, 3), db3: "starting" },
  "restart all 3 are in one component, and it finds no quorum",
);
for (const [why, situation, reason] of [
  [
    "a cut-off node: the others may be the primary component",
    { db1: "silent", db2: alone(12, 1), db3: "silent" },
    "not all have told their position: db1 db3",
  ],
  [
    "a primary component elsewhere",
    { db1: `primary ${ours}`, db2: alone(12, 1), db3: "silent" },
    "in the primary component: db1",
  ],
  [
    "one that is about to start",
    { db1: "starting", db2: alone(12, 2), db3: `nonprimary ${ours} 12` },
    "not all have told their position: db1",
  ],
  [
    "a stopped host",
    { db1: "absent", db2: alone(12, 2), db3: `nonprimary ${ours} 12` },
    "not all have told their position: db1",
  ],
  [
    "two components",
    { db1: `${ours} 12`, db2: alone(12, 1), db3: `nonprimary ${ours} 12` },
    "2 databases run without quorum, 1 of them in this component",
  ],
  [
    "another cluster's data",
    { db1: `${theirs} 2`, db2: alone(12, 2), db3: `nonprimary ${ours} 12` },
    `data of two clusters, ${theirs} and ${ours}: choose one with trivet recover`,
  ],
] as const) {
  test(`no quorum is made: ${why}`, macro, "db2", situation, `wait ${reason}`);
}
test(
  "a peer that knows us by another password runs all the same",
  macro,
  "db2",
  { db1: "running", db2: `${ours} 12`, db3: "running" },
  "rejoin running without quorum: db1 db3",
);
test(
  "nobody's data is overwritten by another cluster's",
  macro,
  "db2",
  { db1: `primary ${theirs}`, db2: `${ours} 12`, db3: "silent" },
  `refuse data of cluster ${ours}, but db1 runs cluster ${theirs}: joining would overwrite it, move it away first`,
);
test(
  "data of two clusters",
  macro,
  "db2",
  { db1: `${theirs} 99`, db2: `${ours} 12`, db3: "empty" },
  `refuse data of two clusters, ${theirs} and ${ours}: choose one with trivet recover`,
);

// A cluster that becomes larger or smaller: some nodes know three peers, some five.
const waits = (view: number) => `${ours} 12 (view of ${view})`;
test(
  "larger: a new node joins those that don't know it yet",
  macro,
  "db4",
  { db1: `primary ${ours}`, db2: `primary ${ours}`, db3: "starting", db4: "empty", db5: "absent" },
  "join in the primary component: db1 db2",
);
test(
  "larger, and all crashed before the new nodes were there: those are waited for",
  macro,
  "db1",
  { db1: waits(3), db2: `${ours} 12`, db3: `${ours} 12`, db4: "absent", db5: "absent" },
  "gather not started yet: db4 db5 (gone for good? trivet recover)",
);
test(
  "larger, all crashed, and the new nodes came up empty: the old data counts",
  macro,
  "db1",
  { db1: waits(3), db2: `${ours} 12`, db3: `${ours} 11`, db4: "empty", db5: "empty" },
  `bootstrap the highest position, ${ours}:12, is that of db1`,
);
test(
  "smaller, and those that stay crashed before the others had left: the others may be alive",
  macro,
  "db1",
  { db1: waits(5), db2: `${ours} 12`, db3: `${ours} 12` },
  "wait the last view had 5 members, and only 3 are known here: see that none of the others is alive",
);
test(
  "smaller, and all crashed when the others had left",
  macro,
  "db1",
  { db1: waits(3), db2: `${ours} 12`, db3: `${ours} 12` },
  `bootstrap the highest position, ${ours}:12, is that of db1`,
);
test(
  "smaller: one that was told joins those that were not",
  macro,
  "db1",
  { db1: `${ours} 12`, db2: `primary ${ours}`, db3: `primary ${ours}` },
  "join in the primary component: db2 db3",
);

// A stale volume: of a host that was taken away and came back.
test(
  "an old position of the same cluster joins as a newcomer",
  macro,
  "db4",
  { db1: `primary ${ours}`, db2: `primary ${ours}`, db3: `primary ${ours}`, db4: `${ours} 3` },
  "join in the primary component: db1 db2 db3",
);
test(
  "an old position is not the highest when all crashed",
  macro,
  "db4",
  { db1: `${ours} 9`, db2: `${ours} 12`, db3: `${ours} 12`, db4: `${ours} 3` },
  `wait the highest position, ${ours}:12, is that of db2`,
);

// Two nodes and an arbitrator.
const arbitrated = test.macro<[Node, Situation, string]>({
  exec(t, at, situation, expected) {
    const lines = Object.entries(situation).map(([node, known]) => linesOf(node, known, node === at));
    decides(t, [...lines, "arbitrators 1"], expected);
  },
  title: (title) => `with an arbitrator: ${title}`,
});
test(
  "both nodes crashed, the view had three members: nobody is missing",
  arbitrated,
  "db1",
  { db1: waits(3), db2: `${ours} 11` },
  `bootstrap the highest position, ${ours}:12, is that of db1`,
);
test(
  "one node is silent: it may have the arbitrator, and with it the quorum",
  arbitrated,
  "db1",
  { db1: waits(3), db2: "silent" },
  "wait no answer, alive or not: db2 (gone for good? trivet recover)",
);
test(
  "alone with the arbitrator, the other node waits: the quorum is made anew",
  arbitrated,
  "db1",
  { db1: alone(12, 2), db2: `${ours} 12` },
  "promote no node has a quorum, all have told so: db1 makes it anew",
);
test(
  "both run, the arbitrator is not there: the two members may be one node and the arbitrator",
  arbitrated,
  "db1",
  { db1: alone(12, 2), db2: `nonprimary ${ours} 12` },
  "wait 2 databases run without quorum beside an arbitrator, 2 of them in this component",
);
test(
  "all three are in one component that finds no quorum",
  arbitrated,
  "db1",
  { db1: alone(12, 3), db2: "starting" },
  "restart all 3 are in one component, and it finds no quorum",
);
test(
  "one is about to start, and may not be in the component yet",
  arbitrated,
  "db1",
  { db1: alone(12, 2), db2: "starting" },
  "wait not all have told their position: db2",
);
test("a node that a person has given up counts as known", (t) => {
  const lines = [`self db1 ${ours} 12`, "view 3", `peer db2 ${ours} 12`, "without db3"];
  decides(t, lines, `bootstrap the highest position, ${ours}:12, is that of db1`);
});
