import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import test from "ava";
import { streamDecode, streamEncode } from "dns-packet";
import { overTcp } from "../../../checks/ways/dns.ts";
import { NoWay, type Ways } from "../../../checks/ways/index.ts";

/** Servers by address, each of which does something with a question. Gives the way to them, and whom it was asked for. */
async function servers(all: Record<string, (stream: Socket, question: Buffer) => void>) {
  const asked: string[] = [];
  const ports = new Map<string, number>();
  for (const [address, answer] of Object.entries(all)) {
    const server = createServer((stream) => stream.on("data", (question) => answer(stream, question as Buffer)));
    server.listen(0, "127.0.0.1").unref();
    await once(server, "listening");
    ports.set(address, (server.address() as AddressInfo).port);
  }
  const to: Ways["to"] = ({ address }, work) => {
    asked.push(address);
    const port = ports.get(address)!;
    return work({ left: false, connect: () => connect(port, "127.0.0.1"), drop() {}, ended: async () => false });
  };
  return { to, asked };
}

const rcodes = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3 };
const says =
  (rcode: keyof typeof rcodes, ...addresses: string[]) =>
  (stream: Socket, question: Buffer) => {
    const { id, questions } = streamDecode(question);
    const answers = addresses.map((data) => ({ type: "A" as const, name: "db.example", ttl: 1, data }));
    const whole = streamEncode({ type: "response", id, flags: rcodes[rcode], questions, answers });
    // In two parts, as a stream may bring it.
    stream.write(whole.subarray(0, 1));
    setTimeout(() => stream.write(whole.subarray(1)), 5);
  };
const patience = { timeout: 200, tries: 2 };

test("the first server's answer", async (t) => {
  const { to, asked } = await servers({ a: says("NOERROR", "10.0.0.1", "10.0.0.2"), b: says("NOERROR") });
  t.deepEqual(await overTcp(to, ["a", "b"], patience).resolve4("db.example"), ["10.0.0.1", "10.0.0.2"]);
  t.deepEqual(asked, ["a"]);
});

test("a server that says nothing, closes, or can't tell: the next one", async (t) => {
  const { to, asked } = await servers({
    silent: () => {},
    closes: (stream) => stream.end(),
    lost: says("SERVFAIL"),
    tells: says("NOERROR", "10.0.0.1"),
  });
  const asker = overTcp(to, ["silent", "closes", "lost", "tells"], patience);
  t.deepEqual(await asker.resolve4("db.example"), ["10.0.0.1"]);
  t.deepEqual(asked, ["silent", "closes", "lost", "tells"]);
});

test("nobody tells: all are asked so many times, and the last one's reason is given", async (t) => {
  const { to, asked } = await servers({ silent: () => {}, lost: says("SERVFAIL") });
  await t.throwsAsync(overTcp(to, ["lost", "silent"], patience).resolve4("db.example"), { code: "ETIMEOUT" });
  t.deepEqual(asked, ["lost", "silent", "lost", "silent"]);
});

for (const [rcode, code] of [
  ["NXDOMAIN", "ENOTFOUND"],
  ["NOERROR", "ENODATA"],
] as const) {
  test(`${rcode} without an address is an answer: ${code}`, async (t) => {
    const { to, asked } = await servers({ a: says(rcode), b: says("NOERROR", "10.0.0.1") });
    await t.throwsAsync(overTcp(to, ["a", "b"], patience).resolve4("db.example"), { code });
    t.deepEqual(asked, ["a"]);
  });
}

test("no way is no answer", async (t) => {
  const none = () => Promise.reject(new NoWay("none"));
  await t.throwsAsync(overTcp(none, ["a", "b"], patience).resolve4("db.example"), { instanceOf: NoWay });
});

test("cancelled", async (t) => {
  const { to } = await servers({ silent: () => {} });
  const asker = overTcp(to, ["silent"], { timeout: 60_000, tries: 1 });
  const asked = asker.resolve4("db.example");
  setTimeout(() => asker.cancel(), 20);
  await t.throwsAsync(asked, { code: "ECANCELLED" });
});
