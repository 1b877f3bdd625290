import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import type { Socket } from "node:net";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { serveChannel } from "../../../node/adapters/channel.ts";
import { monotonic } from "../../../node/adapters/clock.ts";
import { type PeersConfig, peersOf } from "../../../node/adapters/peers.ts";
import { tellerOf } from "../../../node/adapters/teller.ts";
import { answerLine, type Question, readQuestion, type Told } from "../../../node/bootstrap/index.ts";
import type { Processes } from "../../../node/ports.ts";
import type { Named, PeerState } from "../../../node/types.ts";
import { channel, database, folder, hostsOf, listens, monitor, ports, row, running, uuid, waitsAt } from "./nodes.ts";

const position = { uuid, seqno: 12 };
const waiting: Told = { doing: "waiting", position, detail: "" };
const primary = { doing: "primary", position: running.position, size: 3, synced: true } as const;

/** `data`: the node had data before, so it was one of an earlier version; without, it is one of a new cluster. */
async function asker(
  t: ExecutionContext,
  self: Named,
  peers: Named[],
  { data = true, adopted = [] as string[], at = "" } = {},
) {
  const path = at || (await folder(t));
  if (data) await mkdir(join(path, "mysql"), { recursive: true });
  const said: string[] = [];
  const config: PeersConfig = { channel: channel(self), peers, adopted, monitor, ports, data: path };
  const asks = await peersOf(config, { say: (text) => said.push(text) });
  const known = async () => JSON.parse(await readFile(join(path, ".trivet-peers"), "utf8"));
  return { asks, said, path, known };
}

async function keeper(t: ExecutionContext, self: Named, peers: Named[], told: Told) {
  const server = await serveChannel(channel(self), peers, async () => told);
  t.teardown(() => server.close());
  return server;
}

const forged = (peer: string) => (socket: Socket) => {
  socket.once("data", (line: Buffer) => {
    const asked = readQuestion(`${line}`.trim()).value as Question;
    socket.end(`${answerLine({ doing: "waiting", position: "empty", detail: peer }, asked, Buffer.from("no key"))}\n`);
  });
};

type Peer = (t: ExecutionContext, self: Named, asker: Named) => Promise<unknown>;
const former = {
  waits: (t, self) => listens(t, self, ports.client, waitsAt(`${uuid} 12 (disk 97 % full)`)),
  runs: (t, self) => listens(t, self, ports.client, database(row)),
  replicates: (t, self) => listens(t, self, ports.replication),
  hangs: (t, self) => listens(t, self, ports.client),
  babbles: (t, self) =>
    listens(t, self, ports.client, (socket) =>
      socket.end(Buffer.from("\xff\xfex[$(reboot)]".repeat(10_000), "latin1")),
    ),
} satisfies Record<string, Peer>;
const current = {
  waits: async (t, self, from) => {
    await keeper(t, self, [from], waiting);
    // It waits in its database's place, too, as former ones ask there; what it says to this node by that does not count.
    await listens(t, self, ports.client, waitsAt(`${uuid} 99`));
  },
  runs: async (t, self, from) => {
    await keeper(t, self, [from], { ...running, detail: "" });
    await listens(t, self, ports.client, waitsAt(`${uuid} 99`));
  },
  starts: (t, self, from) => keeper(t, self, [from], { doing: "starting", detail: "" }),
  "does not tell": (t, self, from) => keeper(t, self, [from], { doing: "running", detail: "" }),
  "has another key": (t, self) => listens(t, self, ports.keepers, forged("db2")),
} satisfies Record<string, Peer>;
const none: Peer = async () => {};

const there: PeerState = { doing: "starting" };
const matrix: [string, Peer, { carried: PeerState; fresh: PeerState }][] = [
  ["a former node waits", former.waits, { carried: { doing: "waiting", position }, fresh: there }],
  ["a former node runs", former.runs, { carried: primary, fresh: there }],
  ["a former node replicates", former.replicates, { carried: there, fresh: there }],
  ["a former node hangs", former.hangs, { carried: there, fresh: there }],
  ["a stranger in its place", former.babbles, { carried: there, fresh: there }],
  ["a node waits", current.waits, { carried: { doing: "waiting", position }, fresh: { doing: "waiting", position } }],
  ["a node runs", current.runs, { carried: primary, fresh: primary }],
  ["a node starts", current.starts, { carried: there, fresh: there }],
  [
    "a node that does not tell",
    current["does not tell"],
    { carried: { doing: "running" }, fresh: { doing: "running" } },
  ],
  ["a node with another key", current["has another key"], { carried: there, fresh: there }],
  ["nobody", none, { carried: { doing: "absent" }, fresh: { doing: "absent" } }],
];

for (const [what, peer, { carried, fresh }] of matrix) {
  test.serial(`${what}: as a node that was carried over hears it, and one of a new cluster`, async (t) => {
    const { db1, db2 } = hostsOf("db1", "db2");
    await peer(t, db2, db1);
    const [old, young] = await Promise.all([asker(t, db1, [db2]), asker(t, db1, [db2], { data: false })]);
    t.deepEqual(await Promise.all([old.asks.ask(db2), young.asks.ask(db2)]), [carried, fresh]);
    const both = [old, young].map(({ asks }) =>
      Promise.all([asks.writes(db2), asks.counts(db2, "198.18.2.11"), asks.counts(db2, "198.18.2.1")]),
    );
    const runs = [carried, fresh].map(({ doing }) => doing === "primary");
    t.deepEqual(
      await Promise.all(both),
      runs.map((does) => [does, does, false]),
    );
  });
}

test.serial("a peer that has spoken with the key is never believed without it again, in no later life", async (t) => {
  const { db1, db2, db3 } = hostsOf("db1", "db2", "db3");
  const first = await asker(t, db1, [db2, db3]);
  t.deepEqual(await first.known(), { version: 1, sealed: false, spoken: [] });
  const server = await keeper(t, db2, [db1], waiting);
  t.deepEqual(await first.asks.ask(db2), { doing: "waiting", position });
  server.close();
  await listens(t, db2, ports.client, waitsAt("empty"));
  await listens(t, db3, ports.client, waitsAt("empty"));
  const second = await asker(t, db1, [db2, db3], { at: first.path });
  for (const { asks } of [first, second]) {
    t.deepEqual(await asks.ask(db2), { doing: "starting" });
    t.deepEqual(await asks.ask(db3), { doing: "waiting", position: "empty" });
  }
  t.deepEqual(await second.known(), { version: 1, sealed: false, spoken: ["db2"] });
  t.is(second.said.length, 1);
  t.regex(second.said[0]!, /db2 is not believed: .* the cluster's key on tcp 24569 \(refused\)/);
});

test.serial(
  "once all peers have spoken with it nobody is believed without, also who comes later; adopted ones have no keeper",
  async (t) => {
    const { db1, db2, db3, old1 } = hostsOf("db1", "db2", "db3", "old1");
    const config = { adopted: ["old1"] };
    const { asks, known, path } = await asker(t, db1, [db2, old1], config);
    await keeper(t, db2, [db1], waiting);
    await listens(t, old1, ports.client, database(row));
    await listens(t, db3, ports.client, database(row));
    t.deepEqual(await asks.ask(db2), { doing: "waiting", position });
    t.deepEqual(await asks.ask(old1), primary);
    t.true(await asks.writes(old1));
    t.deepEqual(await known(), { version: 1, sealed: true, spoken: ["db2"] });
    const later = await asker(t, db1, [db2, db3, old1], { ...config, at: path });
    t.deepEqual(await later.asks.ask(db3), { doing: "starting" });
    t.deepEqual(await later.asks.ask(old1), primary);
  },
);

test.serial("an adopted member that seems to wait as a node does is not believed", async (t) => {
  const { db1, old1 } = hostsOf("db1", "old1");
  await listens(t, old1, ports.client, waitsAt("empty"));
  const { asks } = await asker(t, db1, [old1], { adopted: ["old1"] });
  t.deepEqual(await asks.ask(old1), { doing: "starting" });
});

test.serial(
  "a node that runs learns that its peers have the key, and has its file again where a transfer took it",
  async (t) => {
    const { db1, db2 } = hostsOf("db1", "db2");
    const { asks, known, path } = await asker(t, db1, [db2]);
    const over = new AbortController();
    t.teardown(() => over.abort());
    const step = Promise.withResolvers<void>();
    let turns = 0;
    const clock = {
      ...monotonic,
      sleep: async (_: number, signal: AbortSignal) => {
        turns += 1;
        if (turns === 1) await step.promise;
        await monotonic.sleep(20, signal);
      },
    };
    const learning = asks.learn(clock, over.signal);
    await keeper(t, db2, [db1], waiting);
    await rm(join(path, ".trivet-peers"));
    step.resolve();
    while (turns < 4) await monotonic.sleep(20, over.signal);
    t.deepEqual(await known(), { version: 1, sealed: true, spoken: ["db2"] });
    over.abort();
    await learning;
  },
);

test.serial("a file that can't be read, and a database half made, are no reason to believe anybody", async (t) => {
  const { db1, db2 } = hostsOf("db1", "db2");
  await listens(t, db2, ports.client, waitsAt("empty"));
  for (const [name, text] of [
    [".trivet-peers", "x[$(reboot)]"],
    [".trivet-peers", "{}"],
    [".trivet-installing", "begun"],
  ] as const) {
    const at = await folder(t);
    await writeFile(join(at, name), text);
    const { asks } = await asker(t, db1, [db2], { at });
    t.deepEqual(await asks.ask(db2), { doing: "starting" }, text);
  }
});

test.serial("a former version's first node, which still has the mark of its making, hears the others", async (t) => {
  const { db1, db2 } = hostsOf("db1", "db2");
  await listens(t, db2, ports.client, waitsAt("empty"));
  const at = await folder(t);
  for (const name of ["grastate.dat", ".trivet-installing"]) await writeFile(join(at, name), "ready");
  const { asks, known } = await asker(t, db1, [db2], { at });
  t.deepEqual(await asks.ask(db2), { doing: "waiting", position: "empty" });
  t.like(await known(), { sealed: false });
});

test.serial("a node's whole life, as peers hear it", async (t) => {
  const { db1, db2 } = hostsOf("db1", "db2");
  const { asks } = await asker(t, db1, [db2], { data: false });
  const run = await folder(t);
  const teller = tellerOf(
    { channel: channel(db2), peers: [db1], monitor, ports: { client: 0, checks: ports.checks }, run },
    async () => true,
  );
  t.teardown(() => teller.close());
  // It reads its position: nobody may take it for one that waits.
  await teller.keeper({ state: "recovering", fit: false, detail: "reads its own position after a crash" });
  t.deepEqual(await asks.ask(db2), { doing: "absent" });
  await teller.keeper({ state: "waiting", fit: false, detail: "", at: { standing: position } });
  t.deepEqual(await asks.ask(db2), { doing: "waiting", position });
  await teller.keeper({
    state: "clock",
    fit: false,
    detail: "",
    at: { standing: "incomplete", why: "clock 3 s behind" },
  });
  await teller.keeper({ state: "starting", fit: false, detail: "join" });
  t.deepEqual(await asks.ask(db2), { doing: "waiting", position: "incomplete" });
  const started: string[][] = [];
  const processes = { start: (options: string[]) => started.push(options) } as unknown as Processes;
  teller.before(processes).start(["--a"], () => {});
  t.deepEqual(started, [["--a"]]);
  t.deepEqual(await asks.ask(db2), { doing: "starting" });
  await listens(t, { name: "self", address: "127.0.0.1" }, ports.checks, database(row));
  // An answer counts for a moment, so that a flood of questions is one to the database.
  await setTimeout(150);
  t.deepEqual(await asks.ask(db2), primary);
  t.true(await asks.writes(db2));
  t.true(await asks.counts(db2, "198.18.1.11"));
});
