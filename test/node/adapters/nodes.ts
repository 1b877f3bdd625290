import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExecutionContext } from "ava";
import type { ChannelConfig } from "../../../node/adapters/channel.ts";
import type { NodeRow } from "../../../node/foreign/database.ts";
import type { Named } from "../../../node/types.ts";

export const uuid = "96ee8015-e56e-11f1-8fb5-a36e41aba6e9";
export const key = Buffer.from("0123456789abcdef0123456789abcdef");
export const monitor = { user: "trivet_monitor", password: "p" };

/** Hosts of a test, each with an address of its own of the loopback: so all have the same ports, as hosts have. */
let hosts = 0;
export function hostsOf<const Name extends string>(...names: Name[]): Record<Name, Named> {
  hosts += 1;
  const subnet = `127.${process.pid % 200}.${hosts}`;
  const made = names.map((name, at): [Name, Named] => [name, { name, address: `${subnet}.${at + 1}` }]);
  return Object.fromEntries(made) as Record<Name, Named>;
}

/** Ports of these tests: nobody else has them on those addresses. */
export const ports = { client: 23_306, checks: 23_307, replication: 24_567, keepers: 24_569 };

export const channel = (self: Named): ChannelConfig => ({ cluster: "shop", key, self, port: ports.keepers });

export async function folder(t: ExecutionContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "trivet-node-"));
  t.teardown(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** Whoever listens there does that with each that connects. */
export async function listens(
  t: ExecutionContext,
  { address }: Named,
  port: number,
  serve: (socket: Socket) => void = () => {},
): Promise<void> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    serve(socket);
  });
  server.listen(port, address);
  await once(server, "listening");
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
}

export const running: NodeRow = {
  doing: "primary",
  position: { uuid, seqno: 42 },
  size: 3,
  synced: true,
  writes: true,
  members: ["198.18.1.11", "198.18.2.11"],
};

/** What MariaDB would say. */
export const row = `primary ${uuid} 42 4 3 ON writable 198.18.1.11:3306,198.18.2.11:3306`;

const packet = (number: number, content: Buffer): Buffer => {
  const head = Buffer.from([0, 0, 0, number]);
  head.writeUIntLE(content.length, 0, 3);
  return Buffer.concat([head, content]);
};
const text = (value: string) => Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);

/** A MariaDB of so few words: it lets everybody in, and answers each question with that one row. */
export function database(answer: string): (socket: Socket) => void {
  const hello = Buffer.concat([
    Buffer.from([10]),
    Buffer.from("11.8.6-MariaDB\0"),
    Buffer.from([1, 0, 0, 0]),
    Buffer.from("abcdefgh\0"),
    Buffer.from([0xff, 0xf7, 45, 2, 0, 0x0f, 0x80, 21]),
    Buffer.alloc(10),
    Buffer.from("ijklmnopqrst\0mysql_native_password\0"),
  ]);
  const column = Buffer.concat([
    ...["def", "", "", "", "said", ""].map(text),
    Buffer.from([0x0c, 45, 0, 0, 4, 0, 0, 0xfd, 0, 0, 0, 0, 0]),
  ]);
  const end = Buffer.from([0xfe, 0, 0, 2, 0]);
  const value = Buffer.concat([Buffer.from([0xfc, answer.length & 255, answer.length >> 8]), Buffer.from(answer)]);
  const results = [Buffer.from([1]), column, end, value, end];
  return (socket) => {
    socket.write(packet(0, hello));
    let known = false;
    socket.on("data", (given: Buffer) => {
      if (!known) socket.write(packet(2, Buffer.from([0, 0, 0, 2, 0, 0, 0])));
      else if (given[4] === 3) socket.write(Buffer.concat(results.map((part, at) => packet(at + 1, part))));
      known = true;
    });
  };
}

/** A node of an earlier version that waits: `socat` with MariaDB's packet of error 1047. */
export function waitsAt(position: string): (socket: Socket) => void {
  const said = Buffer.from(`trivet waits at ${position}`);
  return (socket) => {
    socket.end(Buffer.concat([Buffer.from([3 + said.length, 0, 0, 0, 0xff, 0x17, 0x04]), said]));
  };
}
