import test from "ava";
import { stages } from "../../../checks/budget/stages.ts";
import type { Event } from "../../../checks/history/events.ts";
import { context, databases, dnsServers, every, fault, healthy, look, op } from "../checkers/histories.ts";

const insert = (at: number, fields: object = {}) => op(at, { workload: "ledger", op: "insert", id: at, ...fields });
const others = ["db2", "db3"];
const names = (at: number, server: string, answers: string[]) => look(at + 0.2, { what: "name", server, answers });
const problem = (at: number, state: number, hard: boolean) =>
  look(at, {
    what: "icinga",
    host: "mon1",
    objects: { "db1!mysql": { checked: 0, state, hard }, plain: { checked: 0, state: 2, hard: true } },
  });

/** db1 is killed at second 10 and starts again at 60: each stage has its own second. */
const outage: Event[] = [
  ...fault(10, 60, ["db1"]),
  ...every(0, 70, (at) => others.map((host, n) => healthy(at, host, { size: at < 13 + n ? 3 : 2 }))),
  ...every(0, 70, (at) =>
    look(at, { what: "consul", server: "dns1", nodes: { db1: at < 15 ? "passing" : "critical", db2: "passing" } }),
  ),
  ...every(0, 70, (at) => dnsServers.map((server, n) => names(at, server, at < 16 + n ? databases : others))),
  ...every(0, 70, (at) => look(at, { what: "resolver", host: "web1", answers: at < 19 ? databases : others })),
  ...every(0, 9, insert),
  ...every(10, 20, (at) => insert(at, { outcome: "unknown" })),
  insert(21, { outcome: "fail", node: undefined }),
  insert(22, { end: insert(23).t }),
  ...every(24, 70, (at) => insert(at, { node: "db2" })),
  ...every(0, 70, (at) => problem(at, at < 30 ? 0 : 2, at >= 40)),
  look(45, { what: "notification", object: "db1!mysql", type: "PROBLEM", state: "CRITICAL", from: "mon1" }),
];

const inOrder = (events: Event[]) => events.toSorted((a, b) => a.t - b.t);

test("each stage, in ms from the moment when the fault was there", (t) => {
  const rounded = stages(inOrder(outage), context()).map(({ stage, ms, budget }) => [stage, Math.round(ms), budget]);
  t.deepEqual(rounded, [
    ["evict", 3_950, 5_000],
    ["check", 4_950, 10_000],
    ["name-dns1", 6_150, 12_000],
    ["name-dns2", 7_150, 12_000],
    ["name-dns3", 8_150, 12_000],
    ["name", 8_150, 12_000],
    ["resolve", 8_950, 17_000],
    ["reconnect", 11_900, 15_000],
    ["write", 12_900, 15_000],
    ["monitor", 29_950, 60_000],
    ["notify", 34_900, 75_000],
  ]);
});

test("what did not happen is left out", (t) => {
  const calm = [
    ...fault(10, 60, ["sat1"]),
    ...every(0, 70, (at) => [insert(at), healthy(at, "db1"), names(at, "dns1", databases), problem(at, 0, true)]),
    ...every(0, 200, (at) => insert(at / 3)),
  ];
  t.deepEqual(stages(inOrder(calm), context()), []);
});

test("without a fault there is no outage", (t) => {
  t.deepEqual(stages(every(0, 20, insert), context()), []);
});

test("writes that never return have no stage", (t) => {
  const away = [...every(0, 9, insert), ...every(10, 70, (at) => insert(at, { outcome: "fail", node: undefined }))];
  t.deepEqual(stages(inOrder([...fault(10, 60, databases), ...away]), context()), []);
});
