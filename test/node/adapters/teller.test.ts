import { once } from "node:events";
import { mkdir, readFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { askDatabase } from "../../../node/adapters/monitor.ts";
import { notReady, tellerOf } from "../../../node/adapters/teller.ts";
import { channel, folder, hostsOf, listens, monitor, ports, uuid } from "./nodes.ts";

/** On all addresses: nobody else may have it there. */
const CLIENT = 23_399;
const here = { host: "127.0.0.1", port: CLIENT };
const position = { uuid, seqno: 12 };

async function telling(t: ExecutionContext) {
  const { db1 } = hostsOf("db1");
  const run = await folder(t);
  const config = { channel: channel(db1), peers: [], monitor, ports: { client: CLIENT, checks: ports.checks }, run };
  const teller = tellerOf(config, async () => true);
  t.teardown(() => teller.close());
  return { teller, run };
}

/** All that somebody gets who connects and says nothing. */
async function heard(): Promise<Buffer> {
  const socket = connect(here);
  const parts: Buffer[] = [];
  socket.on("data", (part: Buffer) => parts.push(part));
  socket.on("error", () => {});
  await new Promise((resolve) => socket.once("close", resolve));
  return Buffer.concat(parts);
}

test.serial(
  "a node of an earlier version hears MariaDB's error 1047 with the position, until the database has the port",
  async (t) => {
    const { teller } = await telling(t);
    await teller.keeper({ state: "recovering", fit: false, detail: "" });
    t.deepEqual(await askDatabase(monitor, here), { reached: "refused" });
    await teller.keeper({ state: "waiting", fit: false, detail: "", at: { standing: position } });
    const text = `trivet waits at ${uuid} 12`;
    t.deepEqual(
      await heard(),
      Buffer.concat([Buffer.from([text.length + 3, 0, 0, 0, 0xff, 0x17, 0x04]), Buffer.from(text)]),
    );
    await teller.keeper({ state: "full", fit: false, detail: "", at: { standing: position, why: "disk 97.1 % full" } });
    t.deepEqual((await heard()).subarray(7).toString(), `${text} (disk 97.1 % full)`);
    t.like(await askDatabase(monitor, here), { state: { doing: "waiting", position } });
    teller.before({ start() {} } as never).start([], () => {});
    // At once: the database would find its port taken.
    await listens(t, { name: "database", address: "0.0.0.0" }, CLIENT);
    t.pass();
  },
);

test.serial("a flood of clients that never end costs little, and a moment", async (t) => {
  const { teller } = await telling(t);
  await teller.keeper({ state: "waiting", fit: false, detail: "", at: { standing: "empty" } });
  const crowd = Array.from({ length: 1_000 }, () => connect({ ...here, allowHalfOpen: true }));
  const gone = crowd.map((socket) => {
    socket.on("error", () => {});
    return new Promise((resolve) => socket.once("close", resolve));
  });
  for (const socket of crowd) socket.write("x".repeat(1_000));
  await Promise.race(crowd.map((socket) => once(socket, "connect")));
  const ended = setTimeout(() => {
    for (const socket of crowd) socket.destroy();
  }, 2_500);
  await Promise.all(gone);
  clearTimeout(ended);
  t.true((await heard()).length > 0);
});

test.serial("what others of this container read is as it was", async (t) => {
  const { teller, run } = await telling(t);
  t.deepEqual(teller.said(), { leaving: false });
  const told = { state: "gather", fit: true, detail: "not started yet: db2" };
  void teller.keeper({ ...told, state: "wait" });
  await teller.keeper({ ...told, at: { standing: "incomplete" } });
  t.deepEqual(JSON.parse(await readFile(join(run, "waiting"), "utf8")), told);
  t.deepEqual(await readFile(join(run, "not-ready")), notReady({ standing: "incomplete" }));
  await teller.leaving();
  await teller.users("no such table");
  t.like(teller.said(), { leaving: true, users: "no such table", told: { state: "gather" } });
});

test.serial("where nothing can be written who asks is told all the same", async (t) => {
  const { teller, run } = await telling(t);
  await mkdir(join(run, "waiting", "x"), { recursive: true });
  await teller.keeper({ state: "waiting", fit: false, detail: "", at: { standing: "empty" } });
  t.like(await askDatabase(monitor, here), { state: { doing: "waiting", position: "empty" } });
});

test("the packet's length is one byte: a long reason is cut, foreign characters are left out", (t) => {
  const packet = notReady({ standing: position, why: `\u20ac\n${"x".repeat(1_000)}` });
  t.is(packet.length, 247);
  t.is(packet[0], packet.length - 4);
  t.regex(packet.subarray(7).toString(), /^trivet waits at \S{36} 12 \(\?\?x+$/);
});
