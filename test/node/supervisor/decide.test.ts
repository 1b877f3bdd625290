import test from "ava";
import { decided } from "./words.ts";

/** Three nodes, all well, db1 the writer, as db1 sees it; a line given anew replaces the one of the same first words. */
const well = {
  self: "self db1 fit u1",
  supervised: "supervised db1=198.18.1.11 db2=198.18.2.11 db3=198.18.3.11",
  out: "out -",
  address: "address 198.18.1.11",
  session: "session s1",
  lock: "lock s1 198.18.1.11 7",
  view: "view Primary 3",
  db1: "member u1 db1",
  db2: "member u2 db2",
  db3: "member u3 db3",
};
type Change = Partial<Record<keyof typeof well, string>> & { more?: string[] };
const does = test.macro<[Change, string]>((t, { more = [], ...change }, expected) => {
  t.is(decided([...Object.values({ ...well, ...change }), ...more]), expected);
});
const as = (node: string, state = "fit") => ({
  self: `self db${node} ${state} u${node}`,
  address: `address 198.18.${node}.11`,
  session: `session s${node}`,
});
const five = "supervised db1=198.18.1.11 db2=198.18.2.11 db3=198.18.3.11 db4=198.18.1.12 db5=198.18.2.12";
const twoLeft = { view: "view Primary 2", db3: "" };
const out = { self: "self db1 fit u1", lock: "lock - 198.18.1.11" };

test("all is well: nothing to do", does, {}, "");
test("all is well, for one that is not the writer", does, as("2"), "");

// The writer.
test("nobody holds the lock: whoever is fit takes it", does, { ...as("2"), lock: "lock - -" }, "acquire");
test("the former writer takes it again when nobody else did", does, out, "acquire");
test("the lock is ours, and the name is not: it is given anew", does, { lock: "lock s1 - 8" }, "acquire");
test("an unfit one does not", does, { ...as("2", "unfit"), lock: "lock - -" }, "");
test("nor one without a session", does, { ...as("2"), session: "session -", lock: "lock - -" }, "");
test("nor one that somebody took out of the name", does, { ...as("2"), out: "out others", lock: "lock - -" }, "");
test("a writer that became unfit gives it back", does, { self: "self db1 unfit u1" }, "release");
test("a writer that is to stop gives it back", does, { out: "out others", more: ["leaving"] }, "release");
test("a fit one leaves the lock to another one that has it", does, { ...as("2"), lock: "lock s9 198.18.9.9" }, "");
test(
  "nobody is fit for long: the name has no address",
  does,
  { ...as("2", "unfit"), lock: "lock - 198.18.1.11 8", more: ["orphan"] },
  "unname 8",
);
test("that is said once", does, { ...as("2", "unfit"), lock: "lock - -", more: ["orphan"] }, "");

// A donor.
const donor = { ...as("2", "donor"), lock: "lock - -" };
test("a donor leaves the writer's name to others that serve", does, { ...donor, more: ["others 1"] }, "");
test("gives it back to them", does, { self: "self db1 donor u1", more: ["others 1"] }, "release");
test("takes it when nobody else serves", does, { ...donor, more: ["others 0"] }, "acquire");
test("keeps it as long as nobody else does", does, { self: "self db1 donor u1", more: ["others 0"] }, "");
test("comes back into the name then", does, { ...as("2", "donor"), out: "out ours", more: ["others 0"] }, "put-back");
test("not while it is not known who serves", does, donor, "");
test("evicts like any other", does, { ...as("2", "donor"), more: ["others 1", "dead db3 u3"] }, "evict db3 u3");

// A writer whose host says nothing any more.
const withoutWriter = { ...as("2"), view: "view Primary 2", db1: "" };
test("the component goes on without the writer: its lock is taken away", does, withoutWriter, "seize s1");
test("not by an unfit one", does, { ...withoutWriter, ...as("2", "unfit") }, "");
test("nor by one without a session", does, { ...withoutWriter, session: "session -" }, "");
test("nor without quorum", does, { ...withoutWriter, view: "view non-Primary 2" }, "");
test("nor while the members are not all known", does, { ...withoutWriter, view: "view Primary 3" }, "");
test("nor when we are none of them", does, { ...withoutWriter, db2: "", db3: "", view: "view Primary 0" }, "");
test("nor from one that is no node of ours", does, { ...withoutWriter, lock: "lock s9 198.18.9.9 7" }, "");

// The name of any healthy node.
test("what went out by our word comes back by it", does, { ...as("2"), out: "out ours" }, "put-back");
test("what went out by another's does not", does, { ...as("2"), out: "out others" }, "");

// A database that dies.
test("the writer's database is gone", does, { self: "self db1 gone u1" }, "report u1\nrelease\ntake-out");
test("another database hangs", does, as("2", "hung"), "report u2\ntake-out");
test("another database is slow: out of the name, and not evicted", does, as("2", "slow"), "take-out");
test("the writer's database is slow", does, { self: "self db1 slow u1" }, "release\ntake-out");
test("gone in good order: not worth a report", does, { ...as("2", "gone"), out: "out others", more: ["leaving"] }, "");
test("gone, reported and out of the name", does, { ...as("2", "gone"), out: "out ours", more: ["dead db2 u2"] }, "");
test("one of the last two is gone", does, { ...as("2", "gone"), ...twoLeft, out: "out ours" }, "");
test("gone while it had no quorum", does, { ...as("2", "gone"), view: "view non-Primary 3", out: "out ours" }, "");
test("gone before it was ever a member", does, { self: "self db2 gone -", session: "session -", out: "out ours" }, "");

// Eviction.
test("a survivor evicts", does, { ...as("2"), more: ["dead db3 u3"] }, "evict db3 u3");
test("a survivor evicts once", does, { ...as("2"), more: ["dead db3 u3", "evicting db3 u3"] }, "");
test(
  "again, when it died again",
  does,
  { ...as("2"), more: ["dead db3 u3", "evicting db3 u9"] },
  "forget db3\nevict db3 u3",
);
test("never itself", does, { ...as("3"), more: ["dead db3 u3"] }, "");
test(
  "never from two: nothing to wait for",
  does,
  { ...as("2"), lock: "lock s2 198.18.2.11 7", view: "view Primary 2", db1: "", more: ["dead db3 u3"] },
  "clear db3 u3",
);
test(
  "never without quorum: nothing to wait for",
  does,
  { ...as("2"), view: "view non-Primary 3", more: ["dead db3 u3"] },
  "clear db3 u3",
);
test(
  "never so many that no majority is left",
  does,
  { ...as("2"), more: ["dead db3 u3", "dead db1 u1"] },
  "clear db3 u3\nclear db1 u1",
);
test(
  "two of five",
  does,
  {
    ...as("2"),
    supervised: five,
    view: "view Primary 5",
    more: ["member u4 db4", "member u5 db5", "dead db3 u3", "dead db5 u5"],
  },
  "evict db3 u3\nevict db5 u5",
);
test("never beside an arbitrator", does, { ...as("2"), db3: "member u3 garb", more: ["dead db1 u1"] }, "clear db1 u1");
test(
  "never one that came back as another",
  does,
  { ...as("2"), db3: "member u4 db3", more: ["dead db3 u3"] },
  "clear db3 u3",
);

// Clearing.
test(
  "one of two evictions has yet to have its effect",
  does,
  {
    ...as("2"),
    supervised: five,
    lock: "lock s2 198.18.2.11 7",
    view: "view Primary 4",
    db1: "",
    more: ["member u4 db4", "member u5 db5", "dead db1 u1", "dead db5 u5", "evicting db1 u1", "evicting db5 u5"],
  },
  "",
);
test(
  "it is out of the view",
  does,
  { ...as("2"), ...twoLeft, more: ["dead db3 u3", "evicting db3 u3"] },
  "clear db3 u3",
);
test("also for one that had no part in it", does, { ...as("2"), ...twoLeft, more: ["dead db3 u3"] }, "clear db3 u3");
test(
  "done, and told",
  does,
  { ...as("2"), ...twoLeft, more: ["dead db3 u3", "evicting db3 u3", "cleared db3 db2 u3"] },
  "",
);
test(
  "the report is closed: cleared once more",
  does,
  { ...as("2"), ...twoLeft, more: ["evicting db3 u3"] },
  "forget db3",
);
test(
  "the reporter waits for all",
  does,
  { ...as("3", "gone"), out: "out ours", more: ["dead db3 u3", "cleared db3 db1 u3"] },
  "",
);
test(
  "and closes it",
  does,
  { ...as("3", "gone"), out: "out ours", more: ["dead db3 u3", "cleared db3 db1 u3", "cleared db3 db2 u3"] },
  "close u3",
);
test("but not for good", does, { ...as("3", "gone"), out: "out ours", more: ["dead db3 u3", "late db3"] }, "close u3");
test(
  "nor for one that was reported itself",
  does,
  { ...as("3", "gone"), out: "out ours", more: ["dead db3 u3", "dead db1 u1", "cleared db3 db2 u3"] },
  "close u3",
);
test(
  "all died: there is nobody to wait for",
  does,
  { ...as("3", "gone"), out: "out ours", more: ["dead db1 u1", "dead db2 u2", "dead db3 u3"] },
  "close u3",
);
test(
  "what was cleared of its former life does not count",
  does,
  { ...as("3", "gone"), out: "out ours", more: ["dead db3 u3", "cleared db3 db1 u9", "cleared db3 db2 u3"] },
  "",
);
