import { setTimeout } from "node:timers/promises";
import test from "ava";
import { execa } from "execa";
import pRetry from "p-retry";
import type { Fault, FaultSpec } from "../../checks/faults/fault.ts";
import { plan } from "../../checks/faults/index.ts";
import { type Guards, openGuards } from "../../checks/guard/index.ts";
import { objectsOf } from "../../cli/environment/objects.ts";
import { docker } from "../../cli/setup/docker.ts";
import { bringGuard } from "../../cli/setup/hostImages.ts";
import type { Inventory } from "../../core/inventory.ts";
import { dockerAt } from "../../hosts/endpoint.ts";
import { runOn } from "../../hosts/ssh.ts";
import { imageTag } from "../../images/index.ts";
import { carry, startRegistry } from "../../operations/images/index.ts";
import { type LightBed, lightBed } from "./light.ts";

// Faults on hosts whose containers have the host's network, by way of SSH. What each fault does by itself is test/e2e/guard.test.ts.

const NAME = "chaoshosts";
const hosts = {
  a: { domain: "near", address: "198.19.104.11" },
  b: { domain: "near", address: "198.19.104.12" },
  c: { domain: "far", address: "198.19.105.11" },
};
type HostName = keyof typeof hosts;
const names = Object.keys(hosts) as HostName[];
const endpointOf = (host: HostName) => `ssh://trivet@${hosts[host].address}`;
const containerOf = (host: HostName) => `trivet-${NAME}-${host}-redis`;
const domains = [
  { name: "near", subnet: "198.19.104.0/24" },
  { name: "far", subnet: "198.19.105.0/24" },
];

/** As much of an inventory as guard and faults look at: a web server with a volume on each host. */
const inventory = {
  environment: NAME,
  domains,
  services: names.map((host) => ({
    ...{ service: "redis", host, ...hosts[host], endpoint: endpointOf(host), container: containerOf(host) },
  })),
} as unknown as Inventory;

let bed: LightBed;
let guards: Guards;
test.before("a web server on each host", async () => {
  const given = { domains, hosts: names.map((name) => ({ name, ...hosts[name], endpoint: endpointOf(name) })) };
  const web = [{ name: "Web", protocol: "tcp" as const, port: 80, from: names, to: names }];
  bed = await lightBed(NAME, given, web);
  const registry = await startRegistry(docker, imageTag("registry"));
  try {
    const stored = await registry.store(imageTag("target"));
    await Promise.all(names.map((host) => carry(endpointOf(host), registry.port, [stored], () => {})));
  } finally {
    await registry.close();
  }
  await Promise.all(names.map(serve));
});
test.after.always(async () => {
  await guards?.close();
  await bed?.down();
});

async function serve(host: HostName): Promise<void> {
  const at = dockerAt(endpointOf(host));
  const labels = { "io.trivet.environment": NAME, "io.trivet.service": "redis" };
  await at.createVolume({ Name: containerOf(host), Labels: labels });
  const container = await at.createContainer({
    name: containerOf(host),
    Image: imageTag("target"),
    Entrypoint: ["/usr/bin/tini", "--", "busybox", "httpd", "-f", "-p", "80", "-h", "/srv/www"],
    Labels: labels,
    HostConfig: {
      NetworkMode: "host",
      RestartPolicy: { Name: "unless-stopped" },
      Binds: [`${containerOf(host)}:/srv/data`],
    },
  });
  await container.start();
}

/** A host's page comes within two seconds, as another one sees it. */
async function fetched(host: HostName, from: HostName): Promise<boolean> {
  const ask = `exec 3<> /dev/tcp/${hosts[host].address}/80 && printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3 && grep -q 200 <&3`;
  return (await runOn(endpointOf(from), ["timeout", "2", "bash", "-c", ask])).code === 0;
}

const filters = async (host: HostName) =>
  (await runOn(endpointOf(host), ["sudo", "iptables-save"])).stdout.match(/TRIVET-CHAOS\S*/g) ?? [];

test.serial("the guard's image comes to all hosts once, only what they lack of it", async (t) => {
  const said: string[] = [];
  await bringGuard(inventory, (line, lasting) => void (lasting && said.push(line)));
  const carried = said.filter((line) => / for 1 images$/.test(line));
  t.is(carried.length, names.length, said.join("\n"));
  t.log(carried.join("; "));
  said.length = 0;
  await bringGuard(inventory, (line) => void said.push(line));
  t.deepEqual(said, []);
  guards = await openGuards(inventory, imageTag("guard"));
});

interface Case {
  spec: FaultSpec;
  hurts(): Promise<boolean>;
  spares(): Promise<boolean>;
}
const unseen = (host: HostName, from: HostName) => async () => !(await fetched(host, from));
const seen = (host: HostName, from: HostName) => () => fetched(host, from);
const web = { hosts: ["b"], service: "redis" as const };

const cases: Case[] = [
  { spec: { fault: "kill", ...web }, hurts: unseen("b", "a"), spares: seen("c", "a") },
  { spec: { fault: "pause", ...web }, hurts: unseen("b", "a"), spares: seen("a", "b") },
  { spec: { fault: "stop", ...web }, hurts: unseen("b", "a"), spares: seen("a", "b") },
  { spec: { fault: "cut-off", hosts: ["b"] }, hurts: unseen("b", "a"), spares: seen("b", "b") },
  { spec: { fault: "cut-in", hosts: ["b"] }, hurts: unseen("b", "a"), spares: seen("c", "a") },
  { spec: { fault: "cut-out", hosts: ["b"] }, hurts: unseen("a", "b"), spares: seen("c", "a") },
  { spec: { fault: "cut-ports", ...web, with: { ports: "80" } }, hurts: unseen("b", "c"), spares: seen("c", "a") },
  {
    spec: { fault: "cut-pair", hosts: ["b"], with: { peers: "a" } },
    hurts: unseen("b", "a"),
    spares: async () => (await fetched("b", "c")) && (await fetched("c", "b")),
  },
  { spec: { fault: "ring", hosts: ["b", "c"] }, hurts: unseen("b", "c"), spares: seen("b", "a") },
  { spec: { fault: "loss", hosts: ["b"], with: { percent: 99 } }, hurts: unseen("b", "a"), spares: seen("c", "a") },
];

async function soon(so: () => Promise<boolean>, seconds: number): Promise<boolean> {
  const end = performance.now() + seconds * 1_000;
  while (!(await so())) {
    if (performance.now() > end) return false;
    await setTimeout(200);
  }
  return true;
}

/** Seconds after which the guard would heal by itself, had it not heard of the suite, and a few more. */
const LEASE = 14;

for (const { spec, hurts, spares } of cases) {
  test.serial(`${spec.fault} on a real host hurts, and is healed`, async (t) => {
    t.true(await soon(async () => !(await hurts()), 10), "before");
    const faults = plan(inventory, spec);
    for (const fault of faults) await guards.inject(fault);
    t.true(await hurts(), "while it is there");
    t.true(await spares(), "what it spares");
    // Nothing is left open to the suite but its own SSH: longer than the guard would wait for it.
    if (spec.fault === "cut-off") {
      await setTimeout(LEASE * 1_000);
      t.true(await hurts(), "after the guard's lease");
      t.is((await runOn(endpointOf("b"), ["true"], { anew: true, timeout: 15_000 })).code, 0, "a new connection");
    }
    for (const fault of faults) await guards.heal(fault);
    t.true(await soon(async () => !(await hurts()), 10), "afterwards");
    for (const host of names) t.deepEqual(await filters(host), []);
  });
}

const [cutOff, kill] = [
  { fault: "cut-off", hosts: ["b"] },
  { fault: "kill", ...web },
].map((spec) => plan(inventory, spec)[0]!) as [Fault, Fault];

test.serial("a cut of the host's network is healed also while what ran there is dead", async (t) => {
  await guards.inject(kill);
  await guards.inject(cutOff);
  t.true((await filters("b")).length > 0);
  await guards.heal(cutOff);
  t.deepEqual(await filters("b"), []);
  await guards.heal(kill);
  t.true(await soon(seen("b", "a"), 10));
});

test.serial("a power cut loses what was not synced, a full disk takes nothing more", async (t) => {
  const inside = async (script: string) =>
    (await runOn(endpointOf("b"), ["docker", "exec", containerOf("b"), "sh", "-c", script])) as {
      stdout: string;
      stderr: string;
    };
  const [power] = plan(inventory, { fault: "power-cut", ...web });
  await guards.prepare(power!);
  await inside("echo kept > /srv/data/kept; sync /srv/data/kept; echo lost > /srv/data/lost");
  await guards.inject(power!);
  t.false(await fetched("b", "a"));
  await guards.heal(power!);
  t.is((await inside("cd /srv/data && cat kept; cat lost")).stdout, "kept\n");
  await guards.restore(power!);
  const [full] = plan(inventory, { fault: "disk-full", ...web });
  await guards.prepare(full!);
  await guards.inject(full!);
  t.regex((await inside("cat /etc/passwd > /srv/data/much")).stderr, /No space left/);
  await guards.heal(full!);
  await guards.restore(full!);
  t.is((await inside("ls /srv/data")).stdout, "kept\nmuch\n");
  // Those of all others on this machine are listed, too.
  t.false((await runOn(endpointOf("b"), ["sudo", "losetup", "-a"])).stdout.includes(containerOf("b")));
});

test.serial("a slow link, little processor time, little memory", async (t) => {
  for (const spec of [
    { fault: "slow", hosts: ["b"], with: { rate: "256kbit" } },
    { fault: "cpu", ...web },
    { fault: "memory", ...web },
  ]) {
    const [fault] = plan(inventory, spec);
    await guards.inject(fault!);
    await guards.heal(fault!);
  }
  t.pass();
});

test.serial("a host that the suite no longer reaches heals by itself, and nothing is left", async (t) => {
  await guards.inject(cutOff);
  t.true(await unseen("b", "a")());
  const way = ["OUTPUT", "-d", hosts.b.address, "-p", "tcp", "--dport", "22", "-j", "DROP"];
  const router = (verb: string) => execa("docker", ["exec", bed.router, "iptables", verb, ...way]);
  await router("-I");
  const began = performance.now();
  try {
    t.true(await soon(seen("b", "a"), 40));
    t.log(`healed after ${((performance.now() - began) / 1_000).toFixed(1)} s`);
  } finally {
    await router("-D");
  }
  await pRetry(() => guards.close(), { retries: 20, minTimeout: 1_000, factor: 1 });
  for (const host of names) {
    const left = await objectsOf(endpointOf(host), NAME);
    t.deepEqual(
      left.map(({ name }) => name),
      [containerOf(host), containerOf(host)],
      host,
    );
    t.deepEqual(await filters(host), []);
  }
});
