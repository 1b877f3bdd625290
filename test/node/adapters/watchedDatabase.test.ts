import test, { type ExecutionContext } from "ava";
import { watchedDatabase } from "../../../node/adapters/watchedDatabase.ts";
import { type Answer, fakeDatabase } from "./fakeDatabase.ts";

const uuid = (last: number) => `6e1b1e0a-0000-11f0-9f5c-00000000000${last}`;
const row = {
  wsrep_gcomm_uuid: uuid(1),
  wsrep_cluster_status: "Primary",
  wsrep_cluster_size: "3",
  wsrep_local_state: "4",
  wsrep_ready: "ON",
  read_only: 0,
};
const members = [1, 2, 3].map((at) => ({ member: "member", uuid: uuid(at), name: `db${at}` }));
const view = { primary: true, size: 3, members: [3, 1, 2].map((at) => ({ uuid: uuid(at), node: `db${at}` })) };

const well = (sql: string): Answer => {
  if (sql.startsWith("SET SESSION") || sql === "CALL trivet.evict('')") return "done";
  if (sql.includes("global_status")) return [row];
  if (sql.includes("view_members")) return members;
  if (sql.includes("evict_from_view")) return [{ evicted: 1 }];
  return [{ alive: "alive" }];
};

/** The kernel's words for who listens at a port. */
const listening = (port: number) =>
  `   0: 00000000:${port.toString(16).toUpperCase().padStart(4, "0")} 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1\n`;

interface Given {
  answer?: (sql: string, connection: number) => Answer;
  login?: Parameters<typeof fakeDatabase>[1];
  sockets?: (port: number) => string;
}

async function watched(t: ExecutionContext, { answer = well, login, sockets = listening }: Given = {}) {
  const asked: string[] = [];
  const said: string[] = [];
  const server = await fakeDatabase((sql, connection) => {
    asked.push(sql);
    return answer(sql, connection);
  }, login);
  const { port } = server;
  const config = { user: "u", password: "p", checksPort: port, port: 1, sockets: () => sockets(port) };
  const database = watchedDatabase(config, { say: (text) => said.push(text) });
  t.teardown(() => {
    database.close();
    server.close();
  });
  /** Resolves when what it connected ends. */
  const connect = () => {
    const broken = Promise.withResolvers<void>();
    let times = 0;
    database.connect(() => {
      times++;
      broken.resolve();
    });
    return { broken: broken.promise, times: () => times };
  };
  return { database, server, asked, said, connect };
}

test("it answers, says what it is, evicts and forgets", async (t) => {
  const { database, server, asked, connect } = await watched(t);
  const { times } = connect();
  t.true(await database.ping());
  t.deepEqual(await database.state(), {
    member: uuid(1),
    view: { primary: true, size: 3, members: [1, 2, 3].map((at) => ({ uuid: uuid(at), node: `db${at}` })) },
    localState: 4,
    ready: true,
    readOnly: false,
  });
  t.true(await database.evict(uuid(3), view));
  t.true(await database.forget());
  t.deepEqual(asked.slice(-2), [
    // The same list from whichever supervisor.
    `CALL trivet.evict_from_view('${uuid(3)}', '${uuid(1)},${uuid(2)},${uuid(3)}')`,
    "CALL trivet.evict('')",
  ]);
  t.is(server.knocks.length, 2);
  t.is(times(), 0);
});

test("a view that is another one by now, a member without a uuid, an older database: nobody is evicted", async (t) => {
  const told: Answer[] = [[{ evicted: 0 }], { refused: "PROCEDURE trivet.evict_from_view does not exist" }, "done"];
  const answers = [...told];
  const { database, asked, said, connect } = await watched(t, {
    answer: (sql) => (sql.includes("evict_from_view") ? answers.shift()! : well(sql)),
  });
  connect();
  for (const _ of told) t.false(await database.evict(uuid(3), view));
  t.deepEqual(said, ['the database refuses: "PROCEDURE trivet.evict_from_view does not exist"']);
  const before = asked.length;
  t.false(await database.evict(uuid(3), { ...view, members: [...view.members, { uuid: undefined, node: "db4" }] }));
  t.is(asked.length, before);
  // It was the statement that failed, not the connection.
  t.true(await database.forget());
});

test("what it says of another form is no state", async (t) => {
  const { database, connect } = await watched(t, {
    answer: (sql) => (sql.includes("global_status") ? [{ ...row, wsrep_gcomm_uuid: "$(id)" }] : well(sql)),
  });
  connect();
  t.is(await database.state(), undefined);
});

test("its death is told once, at once", async (t) => {
  const { database, server, said, connect } = await watched(t);
  const { broken, times } = connect();
  await database.state();
  server.cut();
  await broken;
  t.is(await database.state(), undefined);
  t.false(await database.forget());
  t.is(times(), 1);
  t.deepEqual(said, []);
});

test("nobody listens: told, and not asked for its state", async (t) => {
  const { database, server, connect } = await watched(t, { sockets: () => "" });
  server.close();
  t.false(database.listening());
  const { broken } = connect();
  await broken;
  t.is(await database.state(), undefined);
});

test("the port that clients can't fill, where it is there", async (t) => {
  const { database, server, connect } = await watched(t, { sockets: () => listening(1) });
  t.true(database.listening());
  await connect().broken;
  t.is(server.knocks.length, 0);
});

test("one that waits in its place is asked once a try, and one that refuses says why once", async (t) => {
  const refusals = [
    { refused: "trivet waits at empty", code: 1047 },
    { refused: "Access denied for user 'u'", code: 1045 },
    { refused: "Access denied for user 'u'", code: 1045 },
  ];
  const { database, server, said, connect } = await watched(t, { login: () => refusals.shift()! });
  for (const tries of [1, 2, 3]) {
    const { broken, times } = connect();
    let alive = false;
    void database.ping().then(() => {
      alive = true;
    });
    await broken;
    t.deepEqual([server.knocks.length, times(), alive], [tries, 1, false]);
  }
  t.deepEqual(said, [`the database refuses: "Access denied for user 'u'"`]);
});

test("connections of a former generation say nothing any more", async (t) => {
  const { database, server, connect } = await watched(t);
  const first = connect();
  await database.state();
  const second = connect();
  await database.state();
  server.cut();
  await second.broken;
  t.deepEqual([first.times(), second.times()], [0, 1]);
  const third = connect();
  await database.state();
  database.close();
  await new Promise((resolve) => setTimeout(resolve, 50));
  t.is(third.times(), 0);
});

test("a question without an answer ends its connections, and a sign of life is still waited for", async (t) => {
  const { database, connect } = await watched(t, {
    answer: (sql) => (sql.includes("view_members") || sql.includes("alive") ? "silent" : well(sql)),
  });
  const { broken } = connect();
  let alive = false;
  void database.ping().then(() => {
    alive = true;
  });
  const began = performance.now();
  t.is(await database.state(), undefined);
  await broken;
  t.true(performance.now() - began >= 2_900);
  t.false(alive);
});

test("its state is asked so that it waits for nothing, and also where there is no quorum", async (t) => {
  const { database, asked, connect } = await watched(t);
  connect();
  await database.state();
  t.true(asked.includes("SET SESSION wsrep_sync_wait = 0, wsrep_dirty_reads = ON"));
});
