import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { askChannel, serveChannel } from "../../../node/adapters/channel.ts";
import { answerLine, type Question, readQuestion, type Told } from "../../../node/bootstrap/index.ts";
import type { Named } from "../../../node/types.ts";
import { channel, hostsOf, key, listens, ports, running, uuid } from "./nodes.ts";

const waiting: Told = { doing: "waiting", position: { uuid, seqno: 12 }, detail: "" };

async function serving(t: ExecutionContext, self: Named, peers: Named[], own: () => Promise<Told | undefined>) {
  const server = await serveChannel(channel(self), peers, own);
  t.teardown(() => server.close());
}

/** A peer that answers each question by such a line. */
const answering = (t: ExecutionContext, peer: Named, answer: (asked: Question) => string | Buffer) =>
  listens(t, peer, ports.keepers, (socket) => {
    socket.once("data", (line: Buffer) => socket.end(answer(readQuestion(`${line}`.trim()).value!)));
  });

/** A socket to a node's keeper, from a host. */
function client(t: ExecutionContext, to: Named, from: Named): Socket {
  const socket = connect({ host: to.address, port: ports.keepers, localAddress: from.address });
  socket.on("error", () => {});
  t.teardown(() => socket.destroy());
  return socket;
}

const closed = (socket: Socket) => new Promise((resolve) => socket.once("close", resolve));

test.serial("keepers tell each other what they are", async (t) => {
  const { db1, db2 } = hostsOf("db1", "db2");
  let own: Told | undefined = waiting;
  await serving(t, db2, [db1], async () => own);
  t.deepEqual(await askChannel(channel(db1), db2), { told: waiting });
  own = { ...running, detail: "Synced" };
  t.deepEqual(await askChannel(channel(db1), db2), { told: own });
  own = undefined;
  t.is(await askChannel(channel(db1), db2), "unsealed");
});

test.serial("nobody there, and nobody who answers", async (t) => {
  const { db1, db2, db3 } = hostsOf("db1", "db2", "db3");
  t.is(await askChannel(channel(db1), db2), "refused");
  await listens(t, db3, ports.keepers);
  const before = performance.now();
  t.is(await askChannel(channel(db1), db3), "unsealed");
  t.true(performance.now() - before < 4_000);
});

test.serial("what has no seal for just this question is no answer", async (t) => {
  const { db1, db2, db3 } = hostsOf("db1", "db2", "db3");
  const told = { ...running, detail: "" };
  const nasty: [string, (asked: Question) => string | Buffer][] = [
    ["another key", (asked) => answerLine(told, asked, Buffer.from("another key"))],
    ["another host's", (asked) => answerLine(told, { ...asked, host: "db3" }, key)],
    ["another cluster's", (asked) => answerLine(told, { ...asked, cluster: "other" }, key)],
    ["no seal", () => JSON.stringify(told)],
    ["a changed word", (asked) => answerLine(told, asked, key).replace("primary", "waiting")],
    ["100 kB", (asked) => `${answerLine(told, asked, key)}${"x".repeat(100_000)}`],
    ["wrong UTF-8", () => Buffer.from([0xff, 0xfe, 0x0a])],
    ["half a character", (asked) => Buffer.concat([Buffer.from(answerLine(told, asked, key)), Buffer.from([0xc3])])],
    ["a command", () => "x[$(touch /tmp/never)]"],
    ["nothing", () => ""],
  ];
  for (const [what, answer] of nasty) {
    const { peer } = hostsOf("peer");
    const evil = { name: "db2", address: peer.address };
    await answering(t, evil, (asked) => Buffer.concat([Buffer.from(answer(asked)), Buffer.from("\n")]));
    t.is(await askChannel(channel({ ...db1, address: peer.address }), evil), "unsealed", what);
  }
  // Heard on the wire, and told again: later, and by another one.
  let recorded = "";
  await answering(t, db2, (asked) => {
    recorded = answerLine(told, asked, key);
    return `${recorded}\n`;
  });
  t.deepEqual(await askChannel(channel(db1), db2), { told });
  await answering(t, db3, () => `${recorded}\n`);
  t.is(await askChannel(channel(db1), db3), "unsealed");
  t.is(await askChannel(channel(db1), { ...db3, name: "db2" }), "unsealed");
});

test.serial("a question that is none, or is not meant for this node, has no answer", async (t) => {
  const { db1, db2 } = hostsOf("db1", "db2");
  let asked = 0;
  await serving(t, db2, [db1], async () => {
    asked += 1;
    return waiting;
  });
  const once32 = "0".repeat(32);
  const nasty = [
    "x[$(touch /tmp/never)]\n",
    "@/etc/passwd\n",
    "\n",
    `${"x".repeat(100_000)}\n`,
    Buffer.from([0xff, 0xc3, 0x28, 0x0a]),
    `${JSON.stringify({ ask: 1, cluster: "other", host: "db2", once: once32 })}\n`,
    `${JSON.stringify({ ask: 1, cluster: "shop", host: "db1", once: once32 })}\n`,
    `${JSON.stringify({ ask: 1, cluster: "shop", host: "db2", once: "x[$(reboot)]" })}\n`,
  ];
  for (const text of nasty) {
    const socket = client(t, db2, db1);
    let said = 0;
    socket.on("data", (part) => {
      said += part.length;
    });
    socket.write(text);
    await closed(socket);
    t.is(said, 0);
  }
  t.is(asked, 0);
  t.deepEqual(await askChannel(channel(db1), db2), { told: waiting });
});

test.serial("a thousand clients at once, strangers and one peer, keep no other peer out", async (t) => {
  const { db1, db2, db3, plain } = hostsOf("db1", "db2", "db3", "plain");
  await serving(t, db1, [db2, db3], async () => waiting);
  const crowd = [plain, db3].flatMap((from) => Array.from({ length: 500 }, () => client(t, db1, from)));
  const gone = crowd.map(closed);
  await sleep(100);
  const before = performance.now();
  t.deepEqual(await askChannel(channel(db2), db1), { told: waiting });
  t.true(performance.now() - before < 1_500);
  // Also those that never end are gone after their time.
  await Promise.all(gone);
  t.deepEqual(await askChannel(channel(db3), db1), { told: waiting });
});

test.serial("a client that talks on and on without an end has its time, and no more", async (t) => {
  const { db1, db2 } = hostsOf("db1", "db2");
  await serving(t, db2, [db1], async () => waiting);
  const socket = client(t, db2, db1);
  const timer = setInterval(() => socket.write("x"), 100);
  const before = performance.now();
  await closed(socket);
  clearInterval(timer);
  t.true(performance.now() - before < 3_500);
});
