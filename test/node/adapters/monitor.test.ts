import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import test from "ava";
import { askDatabase } from "../../../node/adapters/monitor.ts";
import { database, hostsOf, listens, monitor, ports, row, running, waitsAt } from "./nodes.ts";

const ask = (host: string) => askDatabase(monitor, { host, port: ports.client, limit: 1_000 });
const packet = (number: number, content: Buffer) =>
  Buffer.concat([Buffer.from([content.length & 255, content.length >> 8, 0, number]), content]);

test.serial("a database says what it is, one that is not there nothing", async (t) => {
  const { db1, db2, db3 } = hostsOf("db1", "db2", "db3");
  await listens(t, db1, ports.client, database(row));
  t.like(await ask(db1.address), { reached: "open", node: running });
  t.deepEqual(await ask(db2.address), { reached: "refused" });
  await listens(t, db3, ports.client, waitsAt("empty"));
  t.deepEqual(await ask(db3.address), {
    reached: "open",
    node: undefined,
    state: { doing: "waiting", position: "empty" },
  });
});

/** Says hello as a database does, and answers what the client sends then, one after the other. */
const says =
  (...answers: Buffer[]) =>
  (socket: Socket) => {
    database(row)({ write: (hello: Buffer) => socket.write(hello), on: () => {} } as unknown as Socket);
    const got: Buffer[] = [];
    socket.on("data", (part: Buffer) => {
      got.push(part);
      const answer = answers[got.length - 1];
      if (answer) socket.write(answer);
    });
    received.set(socket, got);
  };
const received = new Map<Socket, Buffer[]>();

test.serial("nobody gets the password but hashed, nor a file", async (t) => {
  const words = (plugin: string) => packet(2, Buffer.concat([Buffer.from([0xfe]), Buffer.from(`${plugin}\0abcdefgh`)]));
  const key = packet(4, Buffer.concat([Buffer.from([1]), Buffer.from("-----BEGIN PUBLIC KEY-----")]));
  const file = packet(1, Buffer.concat([Buffer.from([0xfb]), Buffer.from("/etc/passwd")]));
  const ok = packet(2, Buffer.from([0, 0, 0, 2, 0, 0, 0]));
  for (const answers of [
    [words("mysql_clear_password")],
    [words("sha256_password"), key],
    [words("caching_sha2_password"), packet(4, Buffer.from([1, 4])), key],
    [words("dialog"), key],
    [ok, file],
  ]) {
    received.clear();
    const { db1 } = hostsOf("db1");
    await listens(t, db1, ports.client, says(...answers));
    t.like(await ask(db1.address), { reached: "open", state: { doing: "starting" } });
    const all = Buffer.concat([...received.values()].flat());
    t.true(all.length > 0);
    t.false(all.includes(`${monitor.password}\0`) || all.includes("root:"));
    t.false(answers.length > 1 && answers[0] !== ok && [...received.values()].flat().length > 1);
  }
});

test.serial("whatever a stranger sends, the program goes on", async (t) => {
  const parts = (bytes: Buffer) => Array.from(bytes, (byte) => Buffer.from([byte]));
  const nasty: [string, (socket: Socket) => void][] = [
    ["100 kB of nothing", (socket) => socket.write(Buffer.alloc(100_000))],
    ["a packet without end", (socket) => socket.write(Buffer.from([0xff, 0xff, 0xff, 0, 10]))],
    ["wrong UTF-8", (socket) => socket.write(packet(0, Buffer.from([0xff, 0x17, 4, 0xff, 0xfe, 0xc3])))],
    ["an empty hello", (socket) => socket.write(packet(0, Buffer.from([10])))],
    ["byte by byte", (socket) => void parts(packet(0, randomBytes(50))).forEach((part) => void socket.write(part))],
    ["a result that is none", says(packet(2, Buffer.from([0, 0, 0, 2, 0, 0, 0])), packet(1, Buffer.from([0xfc])))],
    ...Array.from({ length: 40 }, (_, at): [string, (socket: Socket) => void] => {
      const bytes = packet(0, randomBytes(1 + at * 7));
      return [`random bytes ${bytes.toString("hex")}`, (socket) => socket.end(bytes)];
    }),
  ];
  await Promise.all(
    nasty.map(async ([what, serve]) => {
      const { db1 } = hostsOf("db1");
      await listens(t, db1, ports.client, serve);
      t.like(await ask(db1.address), { reached: "open", state: { doing: "starting" } }, what);
    }),
  );
});
