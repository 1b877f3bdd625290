import test from "ava";
import { type Event, type Look, now } from "../../../checks/history/events.ts";
import { Latest } from "../../../checks/run/latest.ts";
import { problemsLeft, undecided } from "../../../checks/run/steady.ts";

const look = (fields: object) => ({ kind: "look", t: 1, end: 2, ...fields }) as Look;

function after(...events: Event[]): Latest {
  const latest = new Latest();
  for (const event of events) latest.add(event);
  return latest;
}

test("who leads, who writes, and where clients by name write", (t) => {
  const written = { kind: "op", t: 1, end: 2, workload: "ledger", op: "insert", id: 1 };
  const {
    leader,
    writer,
    written: node,
  } = after(
    look({ what: "consul", server: "dns1", leader: "dns2" }),
    look({ what: "consul", server: "dns3", leader: "" }),
    look({ what: "writer", host: "mon1", responsible: false }),
    look({ what: "writer", host: "mon2", responsible: true }),
    { ...written, client: "name-1", node: "db2", outcome: "ok" } as Event,
    { ...written, client: "name-1", node: "db3", outcome: "unknown" } as Event,
    { ...written, client: "db1", node: "db1", outcome: "ok" } as Event,
  );
  t.deepEqual([leader, writer, node], ["dns2", "mon2", "db2"]);
});

test("hard problems that any master has, until it has them no more", (t) => {
  const states = (host: string, objects: object) => look({ what: "icinga", host, objects });
  const latest = after(
    states("mon1", { db1: { checked: 1, state: 1, hard: true }, db2: { checked: 1, state: 1, hard: false } }),
    states("mon2", { "db3!mysql": { checked: 1, state: 2, hard: true } }),
  );
  t.true(latest.heard("mon1"));
  t.false(latest.heard("mon3"));
  t.deepEqual(latest.problems(), ["db1", "db3!mysql"]);
  latest.add(states("mon1", { db1: { checked: 2, state: 0, hard: true } }));
  t.deepEqual(latest.problems(), ["db3!mysql"]);
});

test("of a problem that is a few seconds old people may yet hear", (t) => {
  const objects = {
    "plain1!http": { checked: 1, state: 2, hard: true, since: now() - 5_000 },
    "plain1!load": { checked: 1, state: 2, hard: true, since: now() - 5_000 },
    "plain1!ssh": { checked: 1, state: 2, hard: true, since: now() - 60_000 },
  };
  const latest = after(look({ what: "icinga", host: "mon1", objects }));
  t.deepEqual(undecided(latest), ["Icinga may yet tell of plain1!http"]);
});

test("soft problems are in doubt, and what was never checked is told apart", (t) => {
  const objects = {
    db1: { checked: 0, state: 0, hard: true },
    "db2!load": { checked: 1, state: 1, hard: false },
    "plain1!ssh": { checked: 1, state: 2, hard: false },
    "plain1!http": { checked: 1, state: 2, hard: true },
  };
  const latest = after(look({ what: "icinga", host: "mon1", objects }));
  t.deepEqual(latest.doubtful(), ["db2!load", "plain1!ssh"]);
  t.deepEqual(latest.unchecked(), ["db1"]);
  t.deepEqual(undecided(latest), [
    "Icinga has yet to find out whether plain1!ssh has a problem",
    "Icinga has not checked db1 yet",
  ]);
  t.deepEqual(
    problemsLeft(latest, (object) => object === "plain1!http"),
    [
      "Icinga has yet to find out whether db2!load has a problem",
      "Icinga has yet to find out whether plain1!ssh has a problem",
    ],
  );
});
