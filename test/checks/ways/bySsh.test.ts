import { setTimeout } from "node:timers/promises";
import test from "ava";
import { bySsh, type Hands } from "../../../checks/ways/bySsh.ts";
import { NoWay } from "../../../checks/ways/index.ts";
import type { Inventory } from "../../../core/inventory.ts";

const names = ["db1", "web1", "web2"];
const site = {
  environment: "site",
  hosts: names.map((name, at) => ({ name, address: `10.0.0.${at + 1}`, endpoint: `ssh://${name}` })),
  services: [],
  flows: [{ name: "x", protocol: "tcp", port: 3306, from: ["web1", "web2"], to: ["db1"] }],
} as unknown as Inventory;
const db1 = { address: "10.0.0.1", port: 3306 };

/** Hosts that answer or not, and what was told of the ways by them. */
function setUp() {
  const dead = new Set<string>();
  const lost = new Map<string, () => void>();
  const told: string[] = [];
  const closed: string[] = [];
  const hands: Hands = {
    openForward: async (endpoint) => {
      if (dead.has(endpoint)) throw new Error(`${endpoint} does not answer`);
      return { path: endpoint, close: async () => void closed.push(endpoint) };
    },
    whyNotForwarded: async () => undefined,
    openPulse: (endpoint, over) => {
      lost.set(endpoint, over!);
      return { beat: async () => (dead.has(endpoint) ? undefined : 1), close() {} };
    },
  };
  return { dead, lost, told, closed, ways: bySsh(site, (_, what) => told.push(what), hands) };
}
const by = (way: { by?: string }) => Promise.resolve(way.by);

test("by the first host that may connect; what fails there is the target's own as long as the host answers", async (t) => {
  const { ways, told, closed } = setUp();
  t.is(await ways.to(db1, by), "web1");
  const tried: (string | undefined)[] = [];
  const refused = ways.to(db1, async (way) => {
    tried.push(way.by);
    throw new Error("refused");
  });
  await t.throwsAsync(refused, { message: "refused" });
  t.deepEqual([tried, told], [["web1"], []]);
  await ways.close();
  t.deepEqual(closed, ["ssh://web1"]);
});

test("a host that answers no more: the same again by another one, and it is told once", async (t) => {
  const { ways, dead, told } = setUp();
  dead.add("ssh://web1");
  const work = async (way: { by?: string }) => {
    if (way.by === "web1") throw new Error("stream ended");
    return way.by;
  };
  dead.clear();
  await ways.to(db1, by);
  dead.add("ssh://web1");
  t.deepEqual(await Promise.all([ways.to(db1, work), ways.to(db1, work)]), ["web2", "web2"]);
  t.deepEqual(told, ["the way by web1 ended: it did not answer within 1.5 s"]);
  t.is(await ways.to(db1, by), "web2");
});

test("a host that lets nobody in: by another one", async (t) => {
  const { ways, dead, told } = setUp();
  dead.add("ssh://web1");
  t.is(await ways.to(db1, by), "web2");
  t.deepEqual(told, ["the way by web1 ended: ssh://web1 does not answer"]);
});

test("a connection that ended: whoever has a stream by it is to leave it", async (t) => {
  const { ways, lost, told } = setUp();
  const way = await ways.to(db1, async (way) => way);
  t.false(way.left);
  lost.get("ssh://web1")!();
  t.true(way.left);
  t.true(await way.ended());
  t.deepEqual(told, ["the way by web1 ended: its SSH connection ended"]);
});

test("none is left: that says nothing of the target", async (t) => {
  const { ways, dead } = setUp();
  for (const host of names) dead.add(`ssh://${host}`);
  await t.throwsAsync(ways.to(db1, by), { instanceOf: NoWay, message: /by none of web1, web2/ });
  await t.throwsAsync(ways.to({ address: "10.0.0.1", port: 1 }, by), { message: /no host of "site" may connect/ });
});

test("hosts that an experiment is to hurt are left before, and used where there is no other one", async (t) => {
  const { ways, told } = setUp();
  const way = await ways.to(db1, async (way) => way);
  ways.avoid(["web1"]);
  t.true(way.left);
  t.is(await ways.to(db1, by), "web2");
  ways.avoid(["web1", "web2"]);
  t.false(way.left);
  t.is(await ways.to(db1, by), "web1");
  t.deepEqual(told, ["clients go by web1, which the experiment hurts: there is no other way to 10.0.0.1:3306"]);
  ways.avoid([]);
  await setTimeout(0);
  t.is(await ways.to(db1, by), "web1");
});
