import test from "ava";
import fc from "fast-check";
import { type Evidence, hasData } from "../../../node/bootstrap/index.ts";
import { plan } from "../../../operations/recover/plan.ts";
import {
  clean,
  crashed,
  empty,
  hung,
  incomplete,
  missing,
  noon,
  ours,
  primary,
  starting,
  theirs,
  unreadable,
  view,
  without,
} from "./nodes.ts";

/** `db2 at 12, then db1, db3`, `fork of db1 at 9, then db2`, or the reasons of the refusals. */
const short = (nodes: Evidence[], leftOut?: string[]): string => {
  const outcome = plan(nodes, { without: leftOut });
  if (!outcome.plan) return outcome.refusals.map(({ reason }) => reason).join(", ");
  const { bootstrap, fork, join } = outcome.plan;
  return `${fork ? "fork of " : ""}${bootstrap.host} at ${bootstrap.position.seqno}, then ${join.join(", ") || "none"}`;
};

const planned = test.macro<[Evidence[], string, string[]?]>((t, nodes, expected, leftOut) => {
  t.is(short(nodes, leftOut), expected);
});

const refused = test.macro<[Evidence[], string, RegExp, string[]?]>((t, nodes, reason, told, leftOut) => {
  t.is(short(nodes, leftOut), reason);
  t.regex(plan(nodes, { without: leftOut }).refusals![0]!.text, told);
});

const all = ["db1", "db2", "db3"];

// All are there: the highest position.
test(
  "all stopped cleanly: the highest starts",
  planned,
  [clean("db1", 9), clean("db2", 12), clean("db3", 11)],
  "db2 at 12, then db1, db3",
);
test(
  "of equals the first by name, whatever the order of the evidence",
  planned,
  [clean("db3", 12), clean("db2", 12), clean("db1", 9)],
  "db2 at 12, then db1, db3",
);
test(
  "equals of which one crashed",
  planned,
  [crashed("db1", 12, view(3, "1", "1", "2")), clean("db2", 12), clean("db3", 9)],
  "db1 at 12, then db2, db3",
);
test("an emptied node joins", planned, [empty("db1"), clean("db2", 12), clean("db3", 11)], "db2 at 12, then db1, db3");
test(
  "running without quorum",
  planned,
  [without("db1", 12), without("db2", 13), crashed("db3", 13, view(4, "3", "1", "2", "3"))],
  "db2 at 13, then db1, db3",
);
test(
  "an interrupted transfer joins those that have data",
  planned,
  [incomplete("db1"), clean("db2", 12), clean("db3", 12)],
  "db2 at 12, then db1, db3",
);

// A primary component, or what may become one.
test(
  "a primary component is alive: there is nothing to recover",
  refused,
  [primary("db1", 12), crashed("db2", 12), missing("db3")],
  "alive",
  /alive: db1\..*Where db2, db3 does not run/,
);
test(
  "one that was left out, and its cluster runs under a new uuid",
  refused,
  [primary("db1", 12, theirs), primary("db2", 12, theirs), crashed("db3", 12)],
  "alive",
  /recover\. db3 has data of another cluster: .*empty its volume/,
);
test(
  "nor is a primary component to be left out",
  refused,
  [primary("db1", 12), crashed("db2", 12), crashed("db3", 12)],
  "alive",
  /alive: db1/,
  ["db1"],
);
test(
  "two clusters run",
  refused,
  [primary("db1", 12), primary("db2", 4, theirs), missing("db3")],
  "two-clusters",
  /run at once/,
);
test(
  "one that starts is waited for",
  refused,
  [starting("db1"), crashed("db2", 12), crashed("db3", 12)],
  "starting",
  /ask again/,
);

// Missing and unreadable nodes.
test(
  "a missing node may have the newest data",
  refused,
  [missing("db1"), clean("db2", 12), clean("db3", 12)],
  "missing",
  /--without db1$/,
);
test(
  "so may one that hangs",
  refused,
  [hung("db1"), clean("db2", 12), clean("db3", 12)],
  "missing",
  /paused.*--without db1$/,
);
test(
  "and one whose position can't be read",
  refused,
  [unreadable("db1"), clean("db2", 12), clean("db3", 12)],
  "unreadable",
  /corruption.*--without db1$/,
);
test(
  "every reason is told at once",
  planned,
  [missing("db1"), unreadable("db2"), clean("db3", 12)],
  "missing, unreadable",
);
test("no data at all", refused, all.map(empty), "no-data", /new cluster by themselves/);

// Left out.
test(
  "two of the last view are left, so the third had no quorum; what it committed last is lost",
  planned,
  [crashed("db1", 12, view(3, "1", "1", "2", "3")), crashed("db2", 11, view(3, "2", "1", "2", "3")), missing("db3")],
  "fork of db1 at 12, then db2",
  ["db3"],
);
test(
  "one that was not in the last view may have committed what those in it did not have yet",
  planned,
  [crashed("db1", 12, view(5, "1", "1", "2")), crashed("db2", 12, view(5, "2", "1", "2")), missing("db3")],
  "fork of db1 at 12, then db2",
  ["db3"],
);
test(
  "the last of all, alone in its view",
  planned,
  [missing("db1"), missing("db2"), crashed("db3", 20, view(6, "3", "3"))],
  "fork of db3 at 20, then none",
  ["db1", "db2"],
);
test(
  "one of two that were left: the other one had no majority either",
  planned,
  [missing("db1"), missing("db2"), crashed("db3", 20, view(6, "3", "2", "3"))],
  "fork of db3 at 20, then none",
  ["db1", "db2"],
);
test(
  "a majority that stopped together",
  planned,
  [clean("db1", 12), clean("db2", 12, { changed: noon + 40 }), missing("db3")],
  "fork of db1 at 12, then db2",
  ["db3"],
);
test(
  "an unreadable one is left out",
  planned,
  [crashed("db1", 12, view(3, "1", "1", "2", "3")), crashed("db2", 12, view(3, "2", "1", "2", "3")), unreadable("db3")],
  "fork of db1 at 12, then db2",
  ["db3"],
);
test(
  "one without data is left out",
  planned,
  [clean("db1", 12), clean("db2", 12), empty("db3")],
  "db1 at 12, then db2",
  ["db3"],
);
test(
  "one that is behind is left out",
  planned,
  [clean("db1", 12), clean("db2", 12), clean("db3", 9)],
  "db1 at 12, then db2",
  ["db3"],
);
test(
  "one that is ahead is not",
  refused,
  [clean("db1", 12), clean("db2", 12), clean("db3", 14)],
  "left-out-is-ahead",
  /db3 .*14, db1 only 12/,
  ["db3"],
);
test(
  "only the missing one that is named is accepted",
  refused,
  [clean("db1", 12), missing("db2"), missing("db3")],
  "missing",
  /^db2/,
  ["db3"],
);

test(
  "a node that was taken out of the settings may live",
  refused,
  [crashed("db1", 12, view(5, "1", "1", "2", "3", "4")), clean("db2", 11), clean("db3", 11)],
  "members-unknown",
  /4 members, and only 3 are known/,
);
test("an arbitrator is a member", (t) => {
  const seen = (own: string) => view(5, own, "1", "2", "garb");
  const nodes = [crashed("db1", 12, seen("1")), crashed("db2", 12, seen("2"))];
  t.is(plan(nodes).refusals?.[0]?.reason, "members-unknown");
  t.is(plan(nodes, { withoutData: 1 }).plan?.bootstrap.host, "db1");
  // It has a vote, and the other node may have gone on with it.
  const alone = plan([nodes[0]!, missing("db2")], { withoutData: 1, without: ["db2"] });
  t.is(alone.refusals?.[0]?.reason, "stale");
});

// Two clusters' data.
const other = (host: string, seqno: number) => clean(host, seqno, { position: { uuid: theirs, seqno } });
test(
  "data of two clusters can't be compared",
  refused,
  [clean("db1", 12), clean("db2", 11), other("db3", 99)],
  "two-clusters",
  /--without db3, or --without db1,db2/,
);
test("a person chooses", planned, [clean("db1", 12), clean("db2", 11), other("db3", 99)], "db1 at 12, then db2", [
  "db3",
]);
test("or the other way", planned, [clean("db1", 12), clean("db2", 11), other("db3", 99)], "db3 at 99, then none", [
  "db1",
  "db2",
]);

// Disasters of others.
test(
  "mariadb-operator#1108: two aborted transfers are never a source, whatever safe_to_bootstrap says, when the third is away",
  refused,
  [incomplete("db1", { safeToBootstrap: true }), incomplete("db2"), missing("db3")],
  "interrupted",
  /nobody's data/,
  ["db3"],
);
test(
  "mariadb-operator#1108: the one with data starts, and the aborted ones join it",
  planned,
  [incomplete("db1", { safeToBootstrap: true }), incomplete("db2"), clean("db3", 12)],
  "db3 at 12, then db1, db2",
);
test(
  "mariadb-operator#1108: the last donor is away, and the one with old data stopped long before",
  refused,
  [incomplete("db1"), clean("db2", 5), missing("db3")],
  "stale",
  /may be old/,
  ["db3"],
);
test(
  "mariadb-operator#1108: a transfer began after the others had stopped, so one was ahead of them",
  refused,
  [incomplete("db1", { changed: noon + 240 }), missing("db2"), crashed("db3", 114, view(5, "3", "2", "3"))],
  "stale",
  /transfer began on db1 at 2026-11-21T12:04:00Z/,
  ["db2"],
);
test(
  "kolla 1682153: a clean stop of long ago has a number in grastate.dat, the newer ones crashed: their recovered positions count",
  planned,
  [
    clean("db1", 5, { changed: noon - 86_400, safeToBootstrap: true }),
    crashed("db2", 120, view(9, "2", "2", "3")),
    crashed("db3", 121, view(9, "3", "2", "3")),
  ],
  "db3 at 121, then db1, db2",
);
test(
  "kolla 1682153: the one that stopped long ago is not trusted when the others are gone",
  refused,
  [clean("db1", 5, { safeToBootstrap: true }), missing("db2"), missing("db3")],
  "stale",
  /safe_to_bootstrap.*nothing/,
  ["db2", "db3"],
);
test(
  "kolla 1682153: nor when the newer ones can't be read",
  refused,
  [clean("db1", 5), unreadable("db2"), unreadable("db3")],
  "stale",
  /stopped cleanly at 2026-11-21T12:00:00Z/,
  ["db2", "db3"],
);
test(
  "kolla 1682153: two clean stops a day apart are no end of all",
  refused,
  [clean("db1", 12, { changed: noon - 86_400 }), clean("db2", 50), missing("db3")],
  "stale",
  /stopped cleanly/,
  ["db3"],
);
test(
  "one that crashed out of a view that others outlived",
  refused,
  [crashed("db1", 12, view(3, "1", "1", "2", "3")), missing("db2"), missing("db3")],
  "stale",
  /only 1 of the 3/,
  ["db2", "db3"],
);
test(
  "a later view of another node",
  refused,
  [crashed("db1", 12, view(3, "1", "1", "2")), crashed("db2", 11, view(4, "2", "2", "3")), missing("db3")],
  "stale",
  /later view that db2 saw/,
  ["db3"],
);
test(
  "a crash that left no view tells nothing",
  refused,
  [crashed("db1", 12), crashed("db2", 12), missing("db3")],
  "stale",
  /does not know its last view/,
  ["db3"],
);
test(
  "kubeblocks#2731: when all stop at once, and two say safe_to_bootstrap, still one starts, and the rest join",
  planned,
  [clean("db1", 12, { safeToBootstrap: true }), clean("db2", 12), clean("db3", 12, { safeToBootstrap: true })],
  "db1 at 12, then db2, db3",
);
test(
  "bitnami-docker-mariadb-galera#52: safe_to_bootstrap left on starts nothing beside a living cluster",
  refused,
  [crashed("db1", 12, undefined, { safeToBootstrap: true }), primary("db2", 30), primary("db3", 30)],
  "alive",
  /Where db1 does not run/,
);

// Whatever is found.
const uuid = fc.constantFrom(ours, ours, ours, theirs);
const anyNode = fc.record<Omit<Evidence, "host" | "view">>(
  {
    doing: fc.constantFrom(
      "stopped",
      "waiting",
      "nonprimary",
      "starting",
      "hung",
      "missing",
      "primary",
      "stopped",
      "waiting",
    ),
    detail: fc.constant(""),
    position: fc.oneof(
      { weight: 4, arbitrary: fc.record({ uuid, seqno: fc.nat(5) }) },
      fc.constantFrom("empty", "incomplete", "unreadable", "unknown"),
    ),
    stop: fc.constantFrom("clean", "crash"),
    safeToBootstrap: fc.boolean(),
    changed: fc.integer({ min: noon, max: noon + 2_000 }),
  },
  { requiredKeys: ["doing", "detail", "position", "safeToBootstrap"] },
);
/** Members of the views 0 to 3: `db1` is known as 1, and there may have been others. All who saw a view saw the same members. */
const anyViews = fc.array(fc.uniqueArray(fc.constantFrom("1", "2", "3", "4", "5", "6"), { minLength: 1 }), {
  ...{ minLength: 4, maxLength: 4 },
});
const anyCluster = fc
  .record({
    nodes: fc.array(fc.record({ node: anyNode, last: fc.option(fc.nat(3)) }), { minLength: 1, maxLength: 5 }),
    views: anyViews,
  })
  .map(({ nodes, views }) =>
    nodes.map(({ node, last }, index): Evidence => {
      const own = `${index + 1}`;
      // Who stops cleanly removes its view, and nobody sees one that it is not in.
      const known = last !== null && node.stop !== "clean" && views[last]!.some((member) => member === own);
      return { ...node, host: `db${own}`, ...(known && { view: view(last, own, ...views[last]!) }) };
    }),
  );

test("a plan starts exactly one node, of one cluster, never below the highest known position, never beside a living one", (t) => {
  let plans = 0;
  fc.assert(
    fc.property(anyCluster, fc.subarray(["db1", "db2", "db3", "db4", "db5"]), (nodes, leftOut) => {
      const outcome = plan(nodes, { without: leftOut });
      if (!outcome.plan) return outcome.refusals.length > 0 && outcome.refusals.every(({ text }) => text.length > 40);
      plans++;
      const { bootstrap, join } = outcome.plan;
      const chosen = nodes.find(({ host }) => host === bootstrap.host)!;
      const present = nodes.filter(({ host }) => !leftOut.includes(host));
      const same = nodes.filter(hasData).filter(({ position }) => position.uuid === bootstrap.position.uuid);
      return (
        nodes.every(({ doing }) => doing !== "primary") &&
        present.every(({ doing }) => doing === "stopped" || doing === "waiting" || doing === "nonprimary") &&
        present.filter(hasData).every(({ position }) => position.uuid === bootstrap.position.uuid) &&
        same.every(({ position }) => position.seqno <= bootstrap.position.seqno) &&
        hasData(chosen) &&
        chosen.position.seqno === bootstrap.position.seqno &&
        !leftOut.includes(bootstrap.host) &&
        new Set([bootstrap.host, ...join]).size === present.length &&
        join.length === present.length - 1
      );
    }),
    { numRuns: 5_000 },
  );
  t.true(plans > 50, `only ${plans} plans`);
});

test("who goes on without a node that may have more does so under a new uuid", (t) => {
  fc.assert(
    fc.property(anyCluster, fc.subarray(["db1", "db2", "db3", "db4", "db5"]), (nodes, leftOut) => {
      const outcome = plan(nodes, { without: leftOut });
      if (!outcome.plan) return true;
      const unknown = nodes.some(
        ({ host, position }) => leftOut.includes(host) && (position === "unknown" || position === "unreadable"),
      );
      return outcome.plan.fork === unknown;
    }),
    { numRuns: 5_000 },
  );
  t.pass();
});
