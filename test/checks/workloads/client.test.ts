import test from "ava";
import { Client } from "../../../checks/workloads/client.ts";
import type { Session } from "../../../checks/workloads/session.ts";

/** A client on sessions that answer as told; `log` is all that reached the nodes. */
function setUp(...nodes: { node: string; answer?: (sql: string) => unknown }[]) {
  const log: string[] = [];
  const sessions: Session[] = [];
  const stopping = new AbortController();
  const route = async () => {
    const next = nodes.shift();
    if (!next) throw Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    const session: Session = {
      node: next.node,
      lost: false,
      query: async (sql) => {
        log.push(`${next.node}: ${sql}`);
        const answer = next.answer?.(sql);
        if (answer instanceof Error) throw answer;
        return [[answer]];
      },
      destroy: () => void log.push(`${next.node}: destroyed`),
    };
    sessions.push(session);
    return session;
  };
  return { client: new Client("name-1", route, stopping.signal), log, sessions, stopping };
}

const lost = Object.assign(new Error("Connection lost"), { code: "PROTOCOL_CONNECTION_LOST" });
const deadlock = Object.assign(new Error("Deadlock found"), { code: "ER_LOCK_DEADLOCK", errno: 1213 });
const dies = (at: string) => (sql: string) => (sql === at ? lost : 1);

test("a session is opened once and kept", async (t) => {
  const { client, log } = setUp({ node: "db1" });
  t.is(client.node, undefined);
  await client.write("INSERT 1");
  await client.write("INSERT 2");
  t.deepEqual(log, ["db1: INSERT 1", "db1: INSERT 2"]);
  t.is(client.node, "db1");
});

test("a connection that dies during a write: unknown, and the next operation takes the route again", async (t) => {
  const { client, log } = setUp({ node: "db1", answer: dies("INSERT 1") }, { node: "db2" });
  await t.throwsAsync(client.write("INSERT 1"), {
    name: "Unacknowledged",
    message: "PROTOCOL_CONNECTION_LOST: Connection lost",
  });
  t.is(client.node, "db1", "it was db1 that was asked");
  await client.write("INSERT 2");
  t.is(client.node, "db2");
  t.deepEqual(log, ["db1: INSERT 1", "db1: destroyed", "db2: INSERT 2"]);
});

const outcome = test.macro(async (t, answer: (sql: string) => unknown, expected: string, sent: string[]) => {
  const { client, log } = setUp({ node: "db1", answer });
  const error = await t.throwsAsync(
    client.transaction((query) => query("UPDATE")),
    { name: "Unacknowledged" },
  );
  t.is((error as unknown as { outcome: string }).outcome, expected);
  t.deepEqual(log, [...sent.map((sql) => `db1: ${sql}`), "db1: destroyed"]);
});
test("a connection that dies within a transaction: not done", outcome, dies("UPDATE"), "fail", [
  "START TRANSACTION",
  "UPDATE",
]);
test("a connection that dies at the COMMIT: unknown", outcome, dies("COMMIT"), "unknown", [
  "START TRANSACTION",
  "UPDATE",
  "COMMIT",
]);
test(
  "a COMMIT that fails certification: not done",
  outcome,
  (sql: string) => (sql === "COMMIT" ? deadlock : 1),
  "fail",
  ["START TRANSACTION", "UPDATE", "COMMIT"],
);

test("a transaction gives what its work gives", async (t) => {
  const { client } = setUp({ node: "db1", answer: () => 7 });
  t.is(await client.transaction(async (query) => Number((await query("SELECT"))[0]![0])), 7);
});

test("a session that died while idle is not used again", async (t) => {
  const { client, log, sessions } = setUp({ node: "db1" }, { node: "db2" });
  await client.read("SELECT 1");
  sessions[0]!.lost = true;
  await client.write("INSERT 1");
  t.deepEqual(log, ["db1: SELECT 1", "db1: destroyed", "db2: INSERT 1"]);
});

test("no node reached: not done, and no node was asked", async (t) => {
  const { client, sessions } = setUp({ node: "db1" });
  await client.read("SELECT 1");
  sessions[0]!.lost = true;
  const error = await t.throwsAsync(client.write("INSERT 1"), { message: "ECONNREFUSED: connect ECONNREFUSED" });
  t.is((error as unknown as { outcome: string }).outcome, "fail");
  t.is(client.node, undefined);
});

test("stopped within a transaction: nothing further is sent, so it is not done", async (t) => {
  const { client, log, stopping } = setUp({ node: "db1" });
  const error = await t.throwsAsync(
    client.transaction(async (query) => {
      await query("UPDATE");
      stopping.abort();
    }),
    { name: "Unacknowledged" },
  );
  t.is((error as unknown as { outcome: string }).outcome, "fail");
  t.deepEqual(log, ["db1: START TRANSACTION", "db1: UPDATE", "db1: destroyed"]);
});
