import test from "ava";
import type { VoterState } from "../../../components/galera/majority.ts";
import { waysOn, wholeCluster, whyNotYet } from "../../../provider/galera/whole.ts";

const node = (host: string, fit: boolean, size?: number): VoterState => ({ host, there: true, fit, size });
const judged = test.macro<[VoterState[], string | undefined]>((t, words, expected) => t.is(whyNotYet(words), expected));

test("all fit, in one cluster", judged, [node("db1", true, 3), node("db2", true, 3), node("db3", true, 3)], undefined);
test(
  "larger than those that stay",
  judged,
  [node("db1", true, 5), node("db2", true, 5), node("db3", true, 5)],
  undefined,
);
test(
  "the first is what the change mends",
  judged,
  [node("db1", false), node("db2", true, 2), node("db3", true, 2)],
  undefined,
);
test("another one is down", judged, [node("db1", true, 2), node("db2", false), node("db3", true, 2)], "not fit: db2");
test(
  "a member that none of them is",
  judged,
  [node("db1", true, 2), node("db2", true, 3), node("db3", true, 3)],
  "in a cluster of fewer than 3: db1",
);
test(
  "down, and the others apart",
  judged,
  [node("db1", false), node("db2", true, 1), node("db3", true, 1)],
  "in a cluster of fewer than 2: db2, db3",
);
test("forming: nothing to lose", judged, [node("db1", true), node("db2", true), node("db3", true)], undefined);
test("none was there before", judged, [], undefined);

const missing = (host: string): VoterState => ({ host, there: false, fit: false });
test(
  "one that an earlier run did not come to is not waited for",
  judged,
  [node("db1", true, 4), node("db2", true, 4), node("db3", true, 4), node("db4", true, 4), missing("db5")],
  undefined,
);
test(
  "but the others have to be whole",
  judged,
  [node("db1", true, 4), node("db2", true, 4), node("db3", false), node("db4", true, 4), missing("db5")],
  "not fit: db3",
);
test(
  "two are too few to go on with",
  judged,
  [node("db1", true, 2), node("db2", true, 2), missing("db3")],
  "not fit: db3",
);

test("one that is stopped can be started", (t) => {
  t.regex(
    waysOn([node("db1", true, 2), node("db2", true, 2), node("db3", false)]),
    /trivet start <environment> galera, .*--without <host>$/,
  );
});

test("one whose container is gone can't be started: a run without it makes it anew", (t) => {
  t.is(
    waysOn([node("db1", true, 2), node("db2", true, 2), missing("db3")]),
    "There is no container of db3, so trivet start can't bring it back: trivet up <environment> --without db3 makes it anew and goes on",
  );
});

test("beside one whose container is gone, one that is stopped has to be started first", (t) => {
  t.regex(
    waysOn([node("db1", true, 1), node("db2", false), missing("db3")]),
    /^Bring db2 back first \(trivet start <environment> galera\)\. There is no container of db3, .*--without db3 makes/,
  );
});

test("where more than one is gone, no run without one helps", (t) => {
  t.regex(
    waysOn([node("db1", true, 1), missing("db2"), missing("db3")]),
    /no containers of db2, db3, .*trivet recover/,
  );
});

test("one that is not there and not waited for is not spoken of", (t) => {
  const words = [node("db1", true, 3), node("db2", false), node("db3", true, 3), node("db4", true, 3), missing("db5")];
  t.notRegex(waysOn(words), /db5/);
});

test("a cluster that is there keeps its name, before any node is asked", async (t) => {
  const cluster = { nodes: [], digest: "before", clusterName: "shop" };
  const signal = AbortSignal.timeout(1000);
  await t.throwsAsync(
    wholeCluster.update!(cluster, { ...cluster, digest: "after", clusterName: "store" }, { signal }),
    {
      message:
        /^The Galera cluster that runs is named "shop" and was given the name "store"; expected the same.*Nothing of it was touched/,
    },
  );
  await t.notThrowsAsync(wholeCluster.update!(cluster, { ...cluster, digest: "after" }, { signal }));
});
