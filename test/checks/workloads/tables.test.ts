import test from "ava";
import type { Session } from "../../../checks/workloads/session.ts";
import { makeTables, readFinal } from "../../../checks/workloads/tables.ts";
import type { Workload } from "../../../checks/workloads/workload.ts";

/** A way to a node whose first sessions fail at their first statement. */
function setUp(node: string, failures = 0) {
  const log: string[] = [];
  const route = async (): Promise<Session> => ({
    node,
    lost: false,
    query: async (sql) => {
      log.push(sql);
      if (failures-- > 0) throw new Error("not ready");
      return [[7]];
    },
    destroy: () => void log.push("destroyed"),
  });
  return { route, log };
}

const counter: Workload = {
  name: "counter",
  tables: ["CREATE", "INSERT"],
  clients: () => [],
  final: async (session) => ({ workload: "counter", value: Number((await session.query("SELECT"))[0]![0]) }),
};
const withoutFinal: Workload = { name: "read-your-writes", tables: ["CREATE OTHER"], clients: () => [] };

test("tables are made by one node, again from the start after an error, and then read on every node", async (t) => {
  const [name, db1, db2] = [setUp("db1", 1), setUp("db1"), setUp("db2")];
  await makeTables([counter, withoutFinal], name.route, { db1: db1.route, db2: db2.route });
  t.deepEqual(name.log, ["CREATE", "destroyed", "CREATE", "INSERT", "CREATE OTHER", "destroyed"]);
  for (const { log } of [db1, db2]) t.deepEqual(log, ["SET SESSION wsrep_sync_wait = 1", "SELECT", "destroyed"]);
});

test("each node tells what it holds, after a second try too", async (t) => {
  const nodes = { db1: setUp("db1").route, db2: setUp("db2", 1).route };
  const reads = await readFinal([counter, withoutFinal], nodes);
  t.deepEqual(
    reads.map(({ t, ...facts }) => facts),
    ["db1", "db2"].map((node) => ({ kind: "final", node, workload: "counter", value: 7 })),
  );
});

test("a node that does not tell in time gives an error", async (t) => {
  const never = async () => Promise.reject(new Error("connect ETIMEDOUT"));
  const [read] = await readFinal([counter], { db1: never }, 600);
  t.like(read, { kind: "final", node: "db1", workload: "counter", error: "connect ETIMEDOUT" });
});
