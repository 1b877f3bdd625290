import test from "ava";
import { areOut, leaving, type Voter, type VoterState, whyTheyStay } from "../../../components/galera/majority.ts";

const voter = (host: string, address = `198.18.1.${host.at(-1)}`): Voter => ({
  host,
  address,
  endpoint: "unix:///run/x",
  service: "galera",
});
const voters = (...hosts: string[]) => hosts.map((host) => voter(host));
/** `db1:5` is fit and sees five members, `db1` is there and not fit, `db1-` is not there. */
const states = (...said: string[]): VoterState[] =>
  said.map((one) => {
    const [, host, size] = /^(\w+)(?::(\d))?/.exec(one)!;
    return { host: host!, there: !one.endsWith("-"), fit: size !== undefined, size: size ? Number(size) : undefined };
  });

const judged = test.macro<[string[], string[], string[], string?]>({
  exec: (t, before, after, said, expected) =>
    t.is(whyTheyStay(voters(...before), voters(...after), states(...said))?.text, expected),
  title: (title) => title!,
});

const three = ["db1", "db2", "db3"];
const five = [...three, "db4", "db5"];

test("nobody leaves, whatever the state", judged, three, three, ["db1", "db2", "db3"]);
test("larger", judged, three, five, ["db1:3", "db2:3", "db3:3"]);
test("five to three", judged, five, three, ["db1:5", "db2:5", "db3:5", "db4:5", "db5:5"]);
test("five to three, one of them gone by now", judged, five, three, ["db1:4", "db2:4", "db3:4", "db4:4", "db5"]);
test("five to three, those that go are dead", judged, five, three, ["db1:3", "db2:3", "db3:3", "db4-", "db5"]);
test("a dead one is replaced", judged, three, ["db1", "db2", "db4"], ["db1:2", "db2:2", "db3-"]);
test("a living one is replaced", judged, three, ["db1", "db2", "db4"], ["db1:3", "db2:3", "db3:3"]);
test("after a recovery by one alone", judged, three, ["db1", "db4", "db5"], ["db1:1", "db2-", "db3-"]);
test("a creation that came to nothing", judged, three, ["db4", "db5", "db6"], ["db1-", "db2-", "db3-"]);
test("a node by an arbitrator", judged, three, ["db1", "db2", "arb1"], ["db1:3", "db2:3", "db3:3"]);

test(
  "five to three while one that stays is down",
  judged,
  five,
  three,
  ["db1:4", "db2:4", "db3", "db4:4", "db5:4"],
  "The database cluster is to lose db4, db5, and of those that stay db3 is not fit. Bring it up first, then take the others away.",
);
test(
  "two of three are replaced",
  judged,
  three,
  ["db1", "db4", "db5"],
  ["db1:3", "db2:3", "db3:3"],
  "The database cluster is to lose db2, db3, and those that stay (db1) are 1 of its 3 members now: no majority. Take 1 away at the most, and the others in a second step.",
);
test(
  "all are replaced",
  judged,
  three,
  ["db4", "db5", "db6"],
  ["db1:3", "db2:3", "db3:3"],
  "The database cluster is to lose db1, db2, db3, and nobody stays who has its data. Replace them one by one, or some of them now and the others later.",
);
test(
  "seven to three",
  judged,
  [...five, "db6", "db7"],
  three,
  five.map((host) => `${host}:7`),
  "The database cluster is to lose db4, db5, db6, db7, and those that stay (db1, db2, db3) are 3 of its 7 members now: no majority. Take 3 away at the most, and the others in a second step.",
);
test(
  "without quorum",
  judged,
  five,
  three,
  ["db1", "db2", "db3", "db4-", "db5-"],
  "The database cluster is to lose db4, db5, and none of those that stay (db1, db2, db3) is fit. Bring them up first, then take the others away.",
);

test("it is waited for a node, and not for other settings", (t) => {
  const passing = (after: string[], ...said: string[]) =>
    whyTheyStay(voters(...three), voters(...after), states(...said))?.passing;
  t.true(passing(["db1", "db2", "db4"], "db1:3", "db2", "db3:3"));
  t.false(passing(["db1", "db4", "db5"], "db1:3", "db2:3", "db3:3"));
});

test("a node at another address is another node", (t) => {
  const moved = voter("db1", "198.18.1.99");
  t.deepEqual(leaving(voters("db1", "db2"), [moved, voter("db2")]), [voter("db1")]);
});

test("a voter that its host can't stop is out once the others are a component of their own", (t) => {
  const out = (...said: string[]) => areOut(voters("db3"), states(...said));
  t.true(out("db1:2", "db2:2", "db3"));
  t.false(out("db1:3", "db2:3", "db3"), "they still count it");
  t.false(out("db1:3", "db2:2", "db3"));
  t.false(out("db1", "db2", "db3"), "nobody can tell");
});
