import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import test from "ava";
import { mustReach } from "../../../checks/run/reach.ts";

type Seen = Parameters<typeof mustReach>[0];

const site = (port: number, ...addresses: string[]) =>
  ({
    environment: "site",
    database: { port },
    services: addresses.map((address, index) => ({ service: "galera", host: `db${index + 1}`, address })),
  }) as unknown as Seen;

/** A port of this machine, and whether anybody listens there. */
async function port(listening: boolean): Promise<{ port: number; close: () => void }> {
  const server = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  if (!listening) server.close();
  return { port, close: () => server.close() };
}

test("one database that can be reached is enough: the others may be what is looked at", async (t) => {
  const { port: open, close } = await port(true);
  t.teardown(close);
  await t.notThrowsAsync(mustReach(site(open, "127.0.0.2", "127.0.0.1")));
});

test("none: it is told what is missing, and that the clients run here", async (t) => {
  const { port: closed } = await port(false);
  await t.throwsAsync(mustReach(site(closed, "127.0.0.1", "127.0.0.2")), {
    name: "UserError",
    message: new RegExp(
      `^This machine reaches no database of "site": db1 \\(127\\.0\\.0\\.1:${closed}\\): ECONNREFUSED; db2 .*The suite's clients run here\\..* Nothing was touched\\.$`,
    ),
  });
});
