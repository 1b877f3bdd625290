// A Galera cluster that somebody made by hand is taken over while a client writes to it.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import test from "ava";
import { reap } from "../../cli/environment/leftovers.ts";
import { objectsOf } from "../../cli/environment/objects.ts";
import { docker, LOCAL } from "../../cli/setup/docker.ts";
import type { Host } from "../../core/host.ts";
import type { ServiceRecord } from "../../core/inventory.ts";
import * as engine from "../../engine/index.ts";
import { imageTag } from "../../images/index.ts";
import {
  hindrances,
  introduce,
  leave,
  look,
  type Member,
  seeNode,
  stepsLeft,
  type Way,
  wayTo,
} from "../../operations/adopt/index.ts";
import { onNode } from "../../operations/adopt/nodes.ts";
import { eventually, trivet } from "../e2e/environment.ts";
import { ADMIN, CLUSTER, startMember } from "./adopt/handmade.ts";
import { Writer } from "./adopt/writer.ts";

const environment = "adoptlab";
const network = `trivet-${environment}`;
const subnet = "198.18.77.0/24";
const labels = { "io.trivet.environment": environment };
/** For a machine where something else must not notice this test. */
const cgroup = process.env.TRIVET_TEST_CGROUP;

const members: Member[] = [1, 2, 3].map((n) => ({ name: `old${n}`, address: `198.18.77.1${n}` }));
const places = [1, 2, 3].map((n) => ({ name: `db${n}`, domain: `fd${n}`, address: `198.18.77.2${n}` }));
const nodes: ServiceRecord[] = places.map((place) => ({
  ...place,
  host: place.name,
  service: "galera",
  endpoint: LOCAL,
  container: `trivet-${environment}-${place.name}-galera`,
}));
const ways = new Map<string, Way>(members.map((member) => [member.name, wayTo(member, ADMIN)]));
const options = {
  projectDir: join(import.meta.dirname, "adopt"),
  stack: environment,
  backend: `file://${join(import.meta.dirname, "../../.trivet/state-adoptlab")}`,
  passphrase: "nothing of worth in it",
};

let hosts: Host[];
const config = (adopt: boolean) => ({
  "adopt:hosts": JSON.stringify(hosts),
  "adopt:cluster": CLUSTER,
  "adopt:subnet": subnet,
  ...(adopt && { "adopt:adopt": JSON.stringify(members) }),
  ...(cgroup && { "adopt:cgroup": cgroup }),
});

async function removeAll(): Promise<void> {
  await reap(LOCAL, environment);
  await rm(new URL(options.backend), { recursive: true, force: true });
}

test.before("a cluster made by hand, and pods for Trivet's nodes", async (t) => {
  await removeAll();
  await trivet("images");
  await docker.createNetwork({
    Name: network,
    Internal: true,
    Labels: labels,
    IPAM: { Config: [{ Subnet: subnet, Gateway: "198.18.77.1" }] },
  });
  hosts = await Promise.all(
    places.map(async (place): Promise<Host> => {
      const pod = await docker.createContainer({
        name: `trivet-${environment}-${place.name}`,
        Image: imageTag("pod"),
        Entrypoint: ["sleep", "infinity"],
        Hostname: place.name,
        Labels: labels,
        HostConfig: { NetworkMode: network, CgroupParent: cgroup },
        NetworkingConfig: { EndpointsConfig: { [network]: { IPAMConfig: { IPv4Address: place.address } } } },
      });
      await pod.start();
      return { ...place, environment, endpoint: LOCAL, networkMode: `container:${pod.id}` };
    }),
  );
  for (const [index, member] of members.entries()) {
    await startMember(member, { all: members, network, cgroup, labels, first: index === 0 });
    await eventually(async () => {
      const { status } = await look(member, ways.get(member.name)!);
      if (status.get("wsrep_local_state") !== "4") throw new Error(`${member.name} is not Synced`);
    });
  }
  t.pass();
});

test.after.always("nothing is left behind", async (t) => {
  await removeAll();
  t.deepEqual(await objectsOf(LOCAL, environment), []);
});

const present = async () => {
  const seen = await Promise.all(nodes.map((node) => seeNode(node)));
  return { seen, there: members.filter(({ name }) => seen.some(({ view }) => view.includes(name))) };
};
const begun = performance.now();
const at = () => `${((performance.now() - begun) / 1_000).toFixed(0)} s`;

test.serial("it is taken over under write load, with an interruption, and nothing acknowledged is lost", async (t) => {
  t.timeout(20 * 60_000);
  const writer = new Writer(members.map(({ address }) => address));
  t.teardown(() => writer.stop());
  const phase = (what: string) => {
    writer.during = what;
    t.log(`${at()}: ${what}, ${writer.acknowledged.length} writes so far`);
  };

  phase("look");
  const facts = await Promise.all(members.map((member) => look(member, ways.get(member.name)!)));
  const wanted = {
    clusterName: CLUSTER,
    version: facts[0]!.variables.get("version")!,
    sstMethod: "mariabackup" as const,
    schemas: ["trivet", "trivet_app"],
    users: [{ user: "trivet_app", host: "%" }],
    joined: 0,
    introduced: false,
  };
  t.deepEqual(hindrances(facts, wanted), []);
  t.deepEqual(
    hindrances(facts.slice(0, 2), wanted).map(({ given }) => given),
    Array(2).fill("a cluster of 3, of which 2 are known here"),
  );

  phase("the first node joins, and the run is interrupted");
  const interrupted = new AbortController();
  const first = engine.up({ ...options, config: config(true), signal: interrupted.signal });
  t.true(await introduce(nodes[0]!, ways.get("old1")!, AbortSignal.timeout(300_000)));
  await eventually(async () => {
    if ((await seeNode(nodes[0]!)).localState !== 4) throw new Error("db1 is not Synced");
  });
  interrupted.abort();
  t.false((await first).ok);
  const between = await present();
  t.deepEqual(stepsLeft(between.there, between.seen)[0], { kind: "join", hosts: ["db2", "db3"] });

  phase("the others join, and names come up");
  const up = await engine.up({ ...options, config: config(true) });
  t.deepEqual(up.errors, []);
  const whole = await present();
  t.deepEqual(
    whole.seen.map(({ size }) => size),
    [6, 6, 6],
  );

  phase("the client goes by the writer's name");
  writer.goByName(
    "galeradb-writer.service.consul",
    places.map(({ address }) => address),
  );
  await eventually(async () => {
    const rows = (
      await Promise.all(
        [...ways.values()].map((way) => way.ask("SELECT id FROM information_schema.processlist WHERE user = 'shop'")),
      )
    ).flat();
    if (rows.length > 0) throw new Error("it is still at an old member");
  });

  for (;;) {
    const { seen, there } = await present();
    const [step] = stepsLeft(there, seen);
    if (step?.kind !== "leave") break;
    phase(`${step.member.name} leaves`);
    await leave({
      member: step.member,
      others: there.filter(({ name }) => name !== step.member.name),
      nodes,
      way: ways.get(step.member.name),
      say: () => {},
      signal: AbortSignal.timeout(300_000),
    });
  }

  phase("Trivet's nodes forget those that left");
  t.deepEqual((await engine.up({ ...options, config: config(false) })).errors, []);

  phase("a member that left comes back with its old data");
  await docker.getContainer(`trivet-${environment}-old1`).start();
  await setTimeout(5_000);
  // A slow machine parts them now and then, and they find together again: it is never with the one that left.
  const after = await eventually(async () => {
    const { seen } = await present();
    if (seen.some(({ localState }) => localState !== 4)) throw new Error("not all are Synced");
    return seen;
  });
  t.deepEqual(
    after.map(({ size, view }) => [size, view.toSorted()]),
    Array(3).fill([3, ["db1", "db2", "db3"]]),
  );
  await writer.stop();

  const { acknowledged, unknown, gaps } = writer;
  for (const node of nodes) {
    const rows = await onNode(node, "SELECT id FROM shop.writes");
    const there = new Set(rows.map(([id]) => Number(id)));
    t.deepEqual(
      acknowledged.filter((id) => !there.has(id)),
      [],
      `${node.host} has all that was acknowledged`,
    );
    const known = new Set([...acknowledged, ...unknown]);
    t.deepEqual(
      [...there].filter((id) => !known.has(id)),
      [],
      "and nothing else",
    );
    t.deepEqual(await onNode(node, "SELECT COUNT(*) FROM shop.stock"), [["20000"]]);
    const own = places.map(({ address }) => address);
    t.deepEqual(await onNode(node, "SELECT @@wsrep_cluster_address"), [[`gcomm://${own.join(",")}`]]);
    t.deepEqual((await onNode(node, "SELECT ip FROM mysql.wsrep_allowlist ORDER BY ip")).flat(), own);
  }
  // What was there before is as it was.
  t.deepEqual(
    (await onNode(nodes[0]!, "SELECT user FROM mysql.user WHERE user IN ('dba', 'shop', 'sst') ORDER BY user")).flat(),
    ["dba", "shop", "sst"],
  );
  for (const [during, seconds] of gaps) t.log(`longest gap ${seconds.toFixed(2)} s: ${during}`);
  t.log(
    `${at()}: ${acknowledged.length} acknowledged writes, 0 lost, ${unknown.length} unknown; longest gap ${Math.max(...gaps.values()).toFixed(2)} s`,
  );
});
