import { readFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { execa } from "execa";
import { catalogue, type FaultSpec, matrix, notApplicable, plan } from "../../../checks/faults/index.ts";
import { services } from "../../../checks/faults/kind.ts";
import { UserError } from "../../../core/errors.ts";
import type { Inventory } from "../../../core/inventory.ts";

const near = "unix:///var/run/docker.sock";
const far = "ssh://root@198.18.3.1";
const on = (host: string, domain: string, address: string, endpoint: string, ...names: string[]) =>
  names.map((service) => ({
    service,
    host,
    domain,
    address,
    endpoint,
    container: `trivet-x-${host}${service === "pod" || service === "router" ? "" : `-${service}`}`,
  }));

const inventory = {
  environment: "x",
  domains: [
    { name: "fd1", subnet: "198.18.1.0/24" },
    { name: "fd2", subnet: "198.18.2.0/24" },
    { name: "fd3", subnet: "198.18.3.0/24" },
  ],
  services: [
    ...on("router", "wan", "198.18.1.2", near, "router"),
    ...on("db1", "fd1", "198.18.1.11", near, "pod", "chrony", "galera", "consul-agent"),
    ...on("dns1", "fd1", "198.18.1.53", near, "pod", "chrony", "bind", "consul-server"),
    ...on("db2", "fd2", "198.18.2.11", near, "pod", "chrony", "galera", "consul-agent"),
    ...on("db3", "fd3", "198.18.3.11", far, "chrony", "galera", "consul-agent"),
  ],
  database: { name: "database.example", application: { user: "trivet_app" } },
} as unknown as Inventory;

const one = (spec: FaultSpec) => {
  const faults = plan(inventory, spec);
  if (faults.length !== 1) throw new Error(`${faults.length} plans`);
  return faults[0]!;
};

test("a fault on several endpoints is a plan for each", (t) => {
  const faults = plan(inventory, { fault: "kill", hosts: ["db1", "db2", "db3"], service: "galera" });
  t.deepEqual(
    faults.map(({ endpoint, hosts }) => [endpoint, hosts]),
    [
      [near, ["db1", "db2"]],
      [far, ["db3"]],
    ],
  );
  t.deepEqual(
    faults.map(({ id }) => id),
    ["kill galera on db1, db2", "kill galera on db3"],
  );
});

test("a fault of a service touches its container alone, that of a host all but its network", (t) => {
  t.is(one({ fault: "kill", hosts: ["db1"], service: "galera" }).inject, "processes bury trivet-x-db1-galera");
  t.is(
    one({ fault: "reboot", hosts: ["db1"] }).inject,
    "processes bury trivet-x-db1-chrony trivet-x-db1-galera trivet-x-db1-consul-agent",
  );
});

test("packets are dropped in a host's network, by chains unlike those of any other fault", (t) => {
  const a = one({ fault: "cut-off", hosts: ["db1"] });
  const b = one({ fault: "cut-in", hosts: ["db1"] });
  t.regex(a.inject, /^filter set TRIVET-CHAOS-[0-9a-f]{6} trivet-x-db1 in "" out ""$/);
  t.not(a.inject.split(" ")[2], b.inject.split(" ")[2]);
  // A real server has no pod: any of its containers is in its network.
  t.regex(one({ fault: "cut-off", hosts: ["db3"] }).inject, / trivet-x-db3-chrony in/);
});

test("links: peers by their address, a ring in one direction, a domain at the router", (t) => {
  t.regex(
    one({ fault: "cut-pair", hosts: ["db1"], with: { peers: "db2,db3" } }).inject,
    /in "-s 198\.18\.2\.11" out "-d 198\.18\.2\.11" in "-s 198\.18\.3\.11" out "-d 198\.18\.3\.11"$/,
  );
  const ring = plan(inventory, { fault: "ring", hosts: ["db1", "db2", "db3"] }).map(({ inject }) =>
    inject.match(/-s [\d.]+/g),
  );
  t.deepEqual(ring, [["-s 198.18.2.11", "-s 198.18.3.11"], ["-s 198.18.1.11"]]);
  const cut = one({ fault: "domain-cut", hosts: ["db1", "dns1"] });
  t.regex(cut.inject, / trivet-x-router forward "-s 198\.18\.1\.0\/24" forward "-d 198\.18\.1\.0\/24"$/);
  const pair = one({ fault: "domain-cut", hosts: ["db1"], with: { peers: "db2" } });
  t.regex(
    pair.inject,
    /"-s 198\.18\.1\.0\/24 -d 198\.18\.2\.0\/24" forward "-s 198\.18\.2\.0\/24 -d 198\.18\.1\.0\/24"$/,
  );
});

test("a power cut moves domain by domain, and cuts all before it kills any", (t) => {
  const { prepare, inject, restore } = one({ fault: "power-cut", hosts: ["db1", "db2"], service: "galera" });
  t.is(prepare, "loop-volumes move 2G trivet-x-db1-galera\nloop-volumes move 2G trivet-x-db2-galera");
  t.is(restore, "loop-volumes restore trivet-x-db1-galera\nloop-volumes restore trivet-x-db2-galera");
  t.deepEqual(inject.split("\n").slice(1), [
    "loop-volumes cut trivet-x-db1-galera trivet-x-db2-galera",
    "processes kill trivet-x-db1-chrony trivet-x-db1-galera trivet-x-db1-consul-agent trivet-x-db2-chrony trivet-x-db2-galera trivet-x-db2-consul-agent",
  ]);
});

test("what can't be done is told before anything is touched", (t) => {
  const refused: [FaultSpec, RegExp][] = [
    [{ fault: "flood", hosts: ["db1"] }, /unknown; there are kill, /],
    [{ fault: "kill", hosts: [] }, /no hosts/],
    [{ fault: "kill", hosts: ["db9"] }, /no host "db9"/],
    [{ fault: "kill", hosts: ["dns1"], service: "galera" }, /no galera on dns1/],
    [{ fault: "cut-pair", hosts: ["db1"] }, /has peers ""/],
    [{ fault: "slow", hosts: ["db1"], with: { rate: "slow; reboot" } }, /rate "slow; reboot"/],
    [{ fault: "disk-full", hosts: ["dns1"], service: "bind" }, /keeps nothing on disk/],
    [{ fault: "time-lying", hosts: ["db3"] }, /not done to a real host such as db3: chrony sets the clock/],
  ];
  for (const [spec, message] of refused) t.throws(() => plan(inventory, spec), { instanceOf: UserError, message });
});

test("of each fault is written down what it does to a real host", async (t) => {
  const table = await readFile(join(import.meta.dirname, "../../../docs/chaos/real-hosts.md"), "utf8");
  const rows = [...table.matchAll(/^\| (`[^|]*`) \| (yes|no)/gm)];
  const said = new Map(
    rows.flatMap(([, names, can]) => names!.split(", ").map((name) => [name.replaceAll("`", ""), can])),
  );
  t.deepEqual([...said.keys()].toSorted(), catalogue.map(({ name }) => name).toSorted());
  for (const { name, notOnRealHosts } of catalogue) {
    if (name !== "domain-cut") t.is(said.get(name), notOnRealHosts ? "no" : "yes", name);
  }
});

test("every plan is bash", async (t) => {
  for (const kind of catalogue) {
    const service = kind.services?.find((name) => ["galera", "bind", "chrony"].includes(name));
    const host = service === "bind" ? "dns1" : "db1";
    const parameters = { "cut-pair": { peers: "db2" }, clock: { offset: 60 }, "time-lying": { offset: 60 } }[kind.name];
    const spec = { fault: kind.name, hosts: [host], service, ...(parameters ? { with: parameters } : {}) } as FaultSpec;
    for (const fault of plan(inventory, spec)) {
      for (const part of ["prepare", "inject", "injected", "heal", "healed", "restore"] as const) {
        const { stderr } = await execa("bash", ["-n"], { input: fault[part] ?? "", reject: false });
        t.is(stderr, "", `${fault.id}: ${part}`);
      }
    }
  }
});

test("every fault × service × level is there, or has a reason", (t) => {
  const not = notApplicable(inventory);
  t.true(not.every(({ reason }) => reason.length > 10));
  for (const { name, services: can } of catalogue) {
    for (const service of services) {
      const excused = not.some((one) => one.fault === name && one.service === service);
      t.is(
        excused,
        !can?.includes(service) || !inventory.services.some((record) => record.service === service),
        `${name} ${service}`,
      );
    }
  }
  t.true(matrix(inventory).every((row) => row.length === 4));
});

test("connections are taken by a user of the fault's own, with the limit of the application", async (t) => {
  const fault = plan(inventory, {
    fault: "connections",
    hosts: ["db1", "db2"],
    service: "galera",
    with: { strangers: 7 },
  })[0]!;
  t.deepEqual(fault.hosts, [], "all of them are to serve as before");
  t.regex(fault.inject, /max_user_connections FROM mysql\.user WHERE user = 'trivet_app'/);
  t.regex(fault.inject, /in-network trivet-x-db2 connections 198\.18\.2\.11 trivet_chaos_[0-9a-f]{6} 7 /);
  t.regex(fault.heal, /DROP USER IF EXISTS trivet_chaos_[0-9a-f]{6};/);
  for (const script of [fault.inject, fault.injected!, fault.heal, fault.healed]) {
    const { exitCode, stderr } = await execa("bash", ["-n"], { input: script, reject: false });
    t.is(exitCode, 0, stderr);
  }
});
