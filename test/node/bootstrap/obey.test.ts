import test from "ava";
import { obey, parseOrder } from "../../../node/bootstrap/index.ts";
import { obeyedLine, situationOf } from "./situations.ts";

const ours = "96ee8015-e56e-11f1-8fb5-a36e41aba6e9";
const theirs = "2606c3b6-e56c-11f1-ab00-e3edf83cf378";

/** Gives an order to db1, which is at `ours 12` and hears this from the two others. */
const macro = test.macro<[string, [string, string], string]>((t, words, [db2, db3], expected) => {
  const situation = situationOf([`self db1 ${ours} 12`, "view 3", `peer db2 ${db2}`, `peer db3 ${db3}`]);
  const order = parseOrder(words)!;
  t.is(obeyedLine(order, obey(order, situation), situation), expected);
});

const bootstrap = `bootstrap ${ours} 12`;
const highest = `the highest position, ${ours}:12, is that of db1`;

test("silence of those that are named", macro, `${bootstrap} db2 db3`, ["silent", "absent"], `bootstrap ${highest}`);
test("under a new uuid", macro, `fork ${ours} 12 db2 db3`, ["absent", "absent"], `fork ${highest}`);
test("one that waits is heard", macro, `${bootstrap} db3`, [`${ours} 12`, "silent"], `bootstrap ${highest}`);
test(
  "silence of one that is not named",
  macro,
  `${bootstrap} db2`,
  ["silent", "silent"],
  "void wait, no answer, alive or not: db3 (gone for good? trivet recover)",
);
test(
  "one that is named and has more",
  macro,
  `${bootstrap} db2 db3`,
  [`${ours} 13`, "absent"],
  `void wait, the highest position, ${ours}:13, is that of db2`,
);
test(
  "one that is named and has other data",
  macro,
  `${bootstrap} db2 db3`,
  [`${theirs} 3`, "absent"],
  `void refuse, data of two clusters, ${ours} and ${theirs}: choose one with trivet recover`,
);
test(
  "one that is named and starts: kubeblocks#2731",
  macro,
  `${bootstrap} db2 db3`,
  ["starting", "absent"],
  "void wait, starting: db2",
);
test(
  "one that is named and runs without quorum",
  macro,
  `${bootstrap} db2 db3`,
  [`nonprimary ${ours} 12`, "absent"],
  "void rejoin, running without quorum: db2",
);
test(
  "a living cluster: bitnami-docker-mariadb-galera#52",
  macro,
  `${bootstrap} db2 db3`,
  [`primary ${ours}`, "silent"],
  "void join, in the primary component: db2",
);
test(
  "an order for an earlier position: bitnami-docker-mariadb-galera#52",
  macro,
  `bootstrap ${ours} 11 db2 db3`,
  ["absent", "absent"],
  `void it is for the position ${ours}:11, and this is ${ours}:12`,
);
test(
  "an order for another cluster's",
  macro,
  `bootstrap ${theirs} 12 db2 db3`,
  ["absent", "absent"],
  `void it is for the position ${theirs}:12, and this is ${ours}:12`,
);

test(
  "data is given up for a living cluster's",
  macro,
  `discard ${ours} 12`,
  [`primary ${theirs}`, "absent"],
  "discard this node's data was given up for that of db2",
);
test(
  "and for nothing else",
  macro,
  `discard ${ours} 12`,
  [`${theirs} 3`, "starting"],
  "void no primary component is there to take data from",
);
test(
  "nor any other data than was looked at",
  macro,
  `discard ${ours} 11`,
  [`primary ${theirs}`, "absent"],
  `void it is for the position ${ours}:11, and this is ${ours}:12`,
);
test("an unknown word is no order", (t) => {
  t.is(parseOrder(`destroy ${ours} 12`), undefined);
});
