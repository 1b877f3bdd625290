import test from "ava";
import type { DatabaseState } from "../../../node/foreign/ownDatabase.ts";
import { answersOf, type HealthPorts } from "../../../node/health/answers.ts";
import { judgeCheck } from "../../../node/health/check.ts";
import type { KeeperWord } from "../../../node/health/judge.ts";

const state: DatabaseState = {
  clusterStatus: "Primary",
  localState: 4,
  localStateComment: "Synced",
  ready: true,
  clusterSize: 3,
  clusterUuid: "96ee8015-e56e-11f1-8fb5-a36e41aba6e9",
  readOnly: false,
  time: 1_795_000_000_000_000,
};
const right = { wrong: false, offset: 0, said: "clock right" };
const word: KeeperWord = { leaving: false, full: false, users: "made" };

/** A node's answers over ports that a test holds, and what these were asked. */
function answers(more: Partial<HealthPorts> = {}) {
  const asked: string[] = [];
  const count =
    <T extends unknown[], R>(name: string, does: (...args: T) => R) =>
    (...args: T) => {
      asked.push(name);
      return does(...args);
    };
  const time = { said: state.time, before: state.time, after: state.time };
  const all: HealthPorts = {
    database: { read: async () => ({ state, time }) },
    clock: async () => right,
    files: { capacity: async () => ({ warning: 80, full: 95, counted: 0 }), used: async () => 10.3 },
    keeper: () => word,
    othersWrite: async () => true,
    noteWhole: async () => true,
    ...more,
  };
  const ports: HealthPorts = {
    ...all,
    database: { read: count("database", all.database.read) },
    othersWrite: count("others", all.othersWrite),
    noteWhole: count("note", all.noteWhole),
  };
  return { asked, ...answersOf(ports, 3) };
}

test("all that ask at a time get one answer of the database", async (t) => {
  const { asked, health, consulCheck } = answers();
  const [one, other, check] = await Promise.all([health(), health(), consulCheck()]);
  t.true(one.fit && other.fit);
  t.deepEqual(check, { state: "passing", said: "Primary 4 ON writable, clock right" });
  t.is(asked.filter((each) => each === "database").length, 1);
  await health();
  t.is(asked.filter((each) => each === "database").length, 2);
});

test("the others are asked only where it depends on them", async (t) => {
  const { asked, consulCheck } = answers();
  await consulCheck();
  t.false(asked.includes("others"));
  const donor = answers({
    database: { read: async () => ({ state: { ...state, localState: 2 }, time: { said: 1, before: 1, after: 1 } }) },
  });
  t.deepEqual(await donor.consulCheck(), { state: "critical", said: "Primary 2 ON writable" });
  t.true(donor.asked.includes("others"));
});

test("a fit node of a whole cluster notes that, until it is noted", async (t) => {
  let fails = 1;
  const { asked, health } = answers({ noteWhole: async () => fails-- <= 0 });
  for (let time = 0; time < 4; time++) await health();
  t.is(asked.filter((each) => each === "note").length, 2);
});

for (const [why, seen] of [
  ["a smaller one", { clusterSize: 2 }],
  ["one that is not Synced", { localState: 2 }],
] as const) {
  test(`${why} notes nothing`, async (t) => {
    const time = { said: state.time, before: state.time, after: state.time };
    const { asked, health } = answers({ database: { read: async () => ({ state: { ...state, ...seen }, time }) } });
    await health();
    t.false(asked.includes("note"));
  });
}

test("before its settings are here", async (t) => {
  const given: unknown[] = [];
  const { health, consulCheck, diskCheck } = answers({
    database: { read: async () => undefined },
    files: {
      capacity: async () => undefined,
      used: async (capacity) => {
        given.push(capacity);
        return 96.1;
      },
    },
    keeper: () => ({
      ...word,
      users: {},
      told: { state: "settings", fit: false, detail: "its settings are not here yet" },
    }),
  });
  t.deepEqual(await health(), { fit: false, said: { state: "settings", detail: "its settings are not here yet" } });
  t.deepEqual(await consulCheck(), { state: "critical", said: "its settings are not here yet" });
  t.deepEqual(await diskCheck(), { state: "warning", said: "not known: its settings are not here yet" });
  t.deepEqual(given[0], { warning: 80, full: 95, counted: 0 });
});

test("Consul is told why a database does not answer", (t) => {
  const said = (keeper: Partial<KeeperWord>) => judgeCheck({ keeper: { ...word, ...keeper }, used: 10 }, true);
  t.deepEqual(said({}), { state: "critical", said: "the database does not answer" });
  t.deepEqual(said({ leaving: true }), { state: "critical", said: "the database stops" });
  t.deepEqual(said({ told: { state: "clock", fit: false, detail: "clock 1900.000 s ahead" } }), {
    state: "critical",
    said: "clock 1900.000 s ahead",
  });
  // A node that waits for others to be created is fit for those that create it, and not for clients.
  t.is(said({ told: { state: "forming", fit: true, detail: "waits for db2" } }).state, "critical");
});
