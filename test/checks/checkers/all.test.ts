import test from "ava";
import { stages } from "../../../checks/budget/stages.ts";
import { perSecond, totals } from "../../../checks/checkers/figures.ts";
import { checkers, judgeAll } from "../../../checks/checkers/index.ts";
import type { Event } from "../../../checks/history/events.ts";
import { context, databases, dnsServers, every, fault, final, healthy, look, op, second } from "./histories.ts";

test("each checker has a name of its own, in kebab-case", (t) => {
  t.is(new Set(checkers.map(({ name }) => name)).size, 19);
  for (const { name, title } of checkers) t.true(/^[a-z]+(-[a-z]+)+$/.test(name) && title.length > 0, name);
});

test("nothing passes on an empty history", (t) => {
  const passed = judgeAll([], context()).filter(({ outcome }) => outcome !== "unknown");
  t.deepEqual(passed, []);
});

/** A healthy environment for some seconds, with all workloads and observers, and a fault that does no harm. */
function calm(length: number, perSecondInserts: number): Event[] {
  const inserts = every(0, length * perSecondInserts - 1, (id) =>
    op(id / perSecondInserts, { workload: "ledger", op: "insert", id }),
  );
  const looks = every(0, length, (at) => [
    ...databases.map((host) => healthy(at, host)),
    ...dnsServers.map((server) => look(at, { what: "name", server, answers: databases })),
    ...dnsServers.map((server) => look(at, { what: "writer-name", server, answers: ["db1"] })),
    ...["web1", "web2"].map((host) => look(at, { what: "resolver", host, answers: databases })),
    look(at, { what: "consul", server: "dns1", nodes: { db1: "passing" } }),
    ...["mon1", "mon2"].map((host) => look(at, { what: "writer", host, responsible: host === "mon1" })),
    look(at, {
      what: "icinga",
      host: "mon1",
      objects: Object.fromEntries(
        Array.from({ length: 40 }, (_, n) => [
          `host${n}!ping`,
          { checked: second(at - (at % 10)), state: 0, hard: true },
        ]),
      ),
    }),
    look(at, { what: "web", status: 200 }),
    look(at, { what: "clock", host: "db1", service: "chrony", offset: 0.0001 }),
  ]);
  const others = every(0, length, (at) => [
    op(at, { workload: "bank", op: "transfer", id: at, from: 1, to: 2, amount: 3 }),
    op(at, { workload: "bank", op: "total", total: 100 }),
    op(at, { workload: "counter", op: "increment" }),
    op(at, { workload: "lost-update", op: "update", key: 0, read: at }),
    op(at, { workload: "read-your-writes", op: "reread", id: at, writtenAt: "db2", syncWait: 1, found: true }),
  ]);
  const held = (count: number) => Array.from({ length: count }, (_, id) => id);
  const finals = [
    ...final({ workload: "ledger", ids: held(length * perSecondInserts) }),
    ...final({ workload: "bank", ids: held(length + 1), total: 100, expected: 100 }),
    ...final({ workload: "counter", value: length + 1 }),
    ...final({ workload: "lost-update", values: [length + 1] }),
  ];
  const faults = every(0, Math.floor(length / 20) - 1, (n) => fault(n * 20 + 1, n * 20 + 5, ["sat1"], `kill ${n}`));
  return [...inserts, ...looks, ...others, ...finals, ...faults].toSorted((a, b) => a.t - b.t);
}

test("everything passes on a healthy history", (t) => {
  const others = judgeAll(calm(60, 20), context()).filter(({ outcome }) => outcome !== "pass");
  t.deepEqual(others, []);
});

test("a long history is judged in less than two seconds of this process's own time", (t) => {
  const events = calm(1_000, 40);
  t.true(events.length > 50_000);
  const began = process.cpuUsage();
  const judgements = judgeAll(events, context());
  stages(events, context());
  totals(events);
  perSecond(events);
  const took = process.cpuUsage(began).user / 1000;
  t.deepEqual(
    judgements.filter(({ outcome }) => outcome !== "pass"),
    [],
  );
  t.true(took < 2_000, `${took} ms`);
  t.log(`${events.length} events, ${Math.round(took)} ms`);
});
