// What the kinds ask of a Docker daemon.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { dockerAt } from "../../hosts/endpoint.ts";
import { gossipKey, retiredGossipKeys } from "../../provider/consul/keyring.ts";
import { configFiles } from "../../provider/files.ts";
import { membership } from "../../provider/galera/membership.ts";
import { retiredPasswords } from "../../provider/galera/passwords.ts";
import { wholeCluster } from "../../provider/galera/whole.ts";
import { healthGate } from "../../provider/health.ts";
import { daemon, type World } from "./fixtures/daemon.ts";

const context = { signal: new AbortController().signal };

/** A daemon of the test's own, and three nodes there. */
function site(t: ExecutionContext, world: Partial<World> = {}) {
  const endpoint = `unix://${join(mkdtempSync(join(tmpdir(), "trivet-provider-")), "docker.sock")}`;
  const host = daemon(endpoint, world);
  t.teardown(() => host.close());
  const nodes = [1, 2, 3].map((n) => ({ endpoint, container: `db${n}`, host: `db${n}`, address: `198.18.${n}.11` }));
  return { ...host, nodes, node: nodes[0]!, agents: nodes.map(({ container }) => ({ endpoint, container })) };
}

const healthy = { code: 0, output: '{"state":"Synced","clusterSize":3}' };
const ill = { code: 1, output: '{"state":"Joining"}' };

test("a gate opens when health says so, and tells its last word when it does not", async (t) => {
  const { node, world } = site(t);
  const members = [1, 2, 3].map((n) => ({ host: `db${n}`, address: `198.18.${n}.11` }));
  const { endpoint, container } = node;
  const inputs = { endpoint, container, containerId: "1", timeout: 2, cluster: { members, place: 2 } };
  t.deepEqual(await healthGate.create(inputs, context), { id: "db1", outputs: inputs });
  world.says = () => ({ code: 0, output: '{"clusterSize":2}' });
  await t.throwsAsync(healthGate.update!(inputs, inputs, context), {
    message: /db1 was not fit within 2 s.*in a cluster of 2, expected 3/s,
  });
  const without = { ...inputs, cluster: { members, place: 0 }, without: ["db3"] };
  t.deepEqual(await healthGate.update!(inputs, without, context), without);
});

test("one connection to a host is enough, whoever asks", async (t) => {
  const { agents, commands, connections } = site(t);
  await dockerAt(agents[0]!.endpoint).getContainer("db1").inspect();
  for (let n = 0; n < 5; n++) {
    await healthGate.create({ ...agents[0]!, containerId: "1", timeout: 5 }, context);
  }
  t.is(commands().length, 5);
  t.is(connections(), 1);
});

test("the first node that can ends the former passwords", async (t) => {
  const { agents, world, commands } = site(t);
  const inputs = { nodes: agents, digest: "a" };
  t.deepEqual(await retiredPasswords.create(inputs, context), { id: "passwords", outputs: inputs });
  t.deepEqual(commands(), []);
  world.says = (container) => (container === "db1" ? { code: 1, output: "not now" } : { code: 0, output: "" });
  await retiredPasswords.update!(inputs, { ...inputs, digest: "b" }, context);
  t.deepEqual(
    commands().map((line) => line.split(":")[0]),
    ["db1", "db2"],
  );
  world.says = () => ({ code: 1, output: "not now" });
  await t.throwsAsync(retiredPasswords.update!(inputs, inputs, context), {
    message: /Former passwords are still valid.*db1: not now; db2: not now; db3: not now/,
  });
});

test("a cluster that has data must be whole before a change, but for whom a person leaves out", async (t) => {
  const { nodes, world } = site(t);
  const inputs = { nodes, digest: "a" };
  const { outputs } = await wholeCluster.create(inputs, context);
  t.deepEqual(outputs, { ...inputs, fresh: true });
  // No node has data yet: nothing to lose.
  t.deepEqual(await wholeCluster.update!(outputs, inputs, context), outputs);
  world.gone = () => false;
  world.says = (container) => (container === "db3" ? ill : { code: 0, output: '{"clusterSize":2}' });
  const left = { ...inputs, without: ["db3"] };
  t.deepEqual(await wholeCluster.update!(outputs, left, context), { ...left, fresh: false });
  const cancel = new AbortController();
  const waiting = wholeCluster.update!(outputs, inputs, { signal: cancel.signal });
  setTimeout(() => cancel.abort(new Error("interrupted")), 1_000);
  await t.throwsAsync(waiting, { message: "interrupted" });
});

test("a member leaves by being stopped, while a majority stays", async (t) => {
  const { nodes, world, requests } = site(t, { gone: () => false, says: () => healthy });
  const voters = nodes.map((node) => ({ ...node, service: "galera" }));
  const stopped = () => requests.filter((request) => request.includes("/stop"));
  const olds = { voters, fresh: false };
  await t.throwsAsync(membership.update!(olds, { voters: voters.slice(0, 1) }, context), {
    message: /to lose db2, db3, and those that stay \(db1\) are 1 of its 3 members now: no majority/,
  });
  t.deepEqual(stopped(), []);
  world.says = (container) => (container === "db3" ? healthy : { code: 0, output: '{"clusterSize":3}' });
  const news = { voters: voters.slice(0, 2) };
  t.deepEqual(await membership.update!(olds, news, context), { ...news, fresh: false });
  t.is(stopped().length, 1);
  t.regex(stopped()[0]!, /^POST \/containers\/db3\/stop/);
});

test("a voter whose host is dead can't be stopped, and need not once the others went on without it", async (t) => {
  const { nodes, world, requests } = site(t, { gone: () => false });
  const dead = "unix:///nowhere/docker.sock";
  const voters = nodes.map((node) => ({ ...node, service: "galera", ...(node.host === "db3" && { endpoint: dead }) }));
  const olds = { voters, fresh: false };
  const news = { voters: voters.slice(0, 2) };
  world.says = () => ({ code: 0, output: '{"clusterSize":2}' });
  t.deepEqual(await membership.update!(olds, news, context), { ...news, fresh: false });
  t.false(requests.some((request) => request.includes("/stop")));
  // A member still, behind a daemon that does not answer: it would be told by its own settings that it is one.
  world.says = () => healthy;
  await t.throwsAsync(membership.update!(olds, news, context), { message: /nowhere/ });
});

test("a key that is in use already is left alone; a new one is spread by the first agent that runs", async (t) => {
  const { agents, world, commands } = site(t);
  const inputs = { agents, key: "secret key" };
  await gossipKey.create(inputs, context);
  t.deepEqual([commands().length, commands()[0]!.includes(".encrypt ==")], [1, true]);
  world.gone = (request) => request.includes("/db1/");
  await gossipKey.update!(inputs, inputs, context);
  t.regex(commands().at(-1)!, /^db2: .*-X PUT/s);
  t.false(commands().join().includes(inputs.key));
  world.gone = () => true;
  t.deepEqual(await retiredGossipKeys.create(inputs, context), { id: "former-gossip-keys", outputs: inputs });
});

test("files are put by one command, whose refusal is told; a container that is gone has none to delete", async (t) => {
  const { agents, world, requests } = site(t);
  const inputs = { ...agents[0]!, containerId: "1", folder: "/etc/a", files: { "a.conf": "a" }, apply: ["reload"] };
  const { id, outputs } = await configFiles.create(inputs, context);
  t.is(id, "db1:/etc/a");
  const again = await configFiles.update!(outputs, inputs, context);
  t.not(again.delivery, outputs.delivery, "what is to follow each time sees that it was put there again");
  t.true(requests.some((request) => request.startsWith("PUT /containers/db1/archive")));
  world.says = () => ({ code: 3, output: "no such zone" });
  await t.throwsAsync(configFiles.update!(inputs, inputs, context), {
    message: /exit code 3 of "reload".*no such zone/s,
  });
  world.gone = () => true;
  await t.throwsAsync(configFiles.create(inputs, context), { message: /to run, which it does not/ });
  await t.notThrowsAsync(configFiles.delete!(inputs));
});
