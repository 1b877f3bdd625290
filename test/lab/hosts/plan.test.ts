import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { UserError } from "../../../core/errors.ts";
import { nthAddress } from "../../../lab/addresses.ts";
import { firewallRules } from "../../../lab/firewall.ts";
import { makeKeys } from "../../../lab/hosts/keys.ts";
import { planBed } from "../../../lab/hosts/plan.ts";
import { knownHosts, sshConfig } from "../../../lab/hosts/ssh.ts";
import { fileSettings } from "../../../stacks/settings/file.ts";
import { readSettings } from "../../../stacks/settings.ts";

const staging = planBed("staging", readSettings(fileSettings("staging")).settings);

test("a host for each of the settings', at its address", (t) => {
  t.deepEqual(
    staging.hosts.map(({ name, address, user, port }) => [name, address, user, port]),
    [
      ["north1", "192.0.2.11", "trivet", 22],
      ["south1", "198.51.100.11", "trivet", 22],
      ["west1", "203.0.113.11", "trivet", 22],
      ["north2", "192.0.2.12", "trivet", 22],
      ["south2", "198.51.100.12", "trivet", 22],
      ["west2", "203.0.113.12", "trivet", 22],
    ],
  );
  t.deepEqual(staging.networks[1], {
    name: "trivet-bed-staging-south",
    domain: "south",
    subnet: "198.51.100.0/24",
    router: "198.51.100.1",
    reserved: "198.51.100.254",
  });
});

const domains = [{ name: "a", subnet: "10.1.0.0/24" }];
const host = { name: "a1", domain: "a", address: "10.1.0.11", endpoint: "ssh://me@10.1.0.11" };
const refused = test.macro<[object, RegExp]>((t, change, message) => {
  t.throws(() => planBed("e", { domains, hosts: [{ ...host, ...change }] }), { instanceOf: UserError, message });
});
test("the router's address", refused, { address: "10.1.0.1" }, /a bed has its router at/);
test("the last address", refused, { address: "10.1.0.254" }, /a bed can't give away/);
test(
  "another site's address",
  refused,
  { address: "10.2.0.11" },
  /expected one in 10\.1\.0\.0\/24, where its domain "a"/,
);
test("no SSH", refused, { endpoint: "unix:///var/run/docker.sock" }, /expected "ssh:\/\/user@10\.1\.0\.11"/);
test("two addresses", refused, { endpoint: "ssh://me@10.9.9.9" }, /it has one address only/);
test("a network for each subnet of a domain, and the router lets them reach each other", (t) => {
  const domains = [
    { name: "a", subnets: ["10.1.0.0/24", "10.1.1.0/24"] },
    { name: "b", subnet: "10.2.0.0/24" },
  ];
  const at = (name: string, domain: string, address: string) => ({
    name,
    domain,
    address,
    endpoint: `ssh://me@${address}`,
  });
  const bed = planBed("e", {
    domains,
    hosts: [at("a1", "a", "10.1.0.11"), at("a2", "a", "10.1.1.11"), at("b1", "b", "10.2.0.11")],
  });
  t.deepEqual(
    bed.networks.map(({ name, subnet, router }) => [name, subnet, router]),
    [
      ["trivet-bed-e-a", "10.1.0.0/24", "10.1.0.1"],
      ["trivet-bed-e-a-2", "10.1.1.0/24", "10.1.1.1"],
      ["trivet-bed-e-b", "10.2.0.0/24", "10.2.0.1"],
    ],
  );
  t.deepEqual(
    bed.hosts.map(({ network }) => network.router),
    ["10.1.0.1", "10.1.1.1", "10.2.0.1"],
  );
  const rules = firewallRules([], bed.hosts, { domains: bed.domains });
  t.deepEqual(rules.match(/-A FORWARD -s .*/g), [
    "-A FORWARD -s 10.1.0.0/24,10.1.1.0/24 -d 10.1.0.0/24,10.1.1.0/24 -j ACCEPT",
  ]);
});
test("a lab has no real hosts", (t) => {
  t.throws(() => planBed("dev", readSettings(fileSettings("dev")).settings), { message: /is a lab/ });
});

test("addresses of a subnet", (t) => {
  t.is(nthAddress("10.1.0.0/16", 1), "10.1.0.1");
  t.is(nthAddress("10.1.0.0/16", 300), "10.1.1.44");
  t.is(nthAddress("10.1.0.0/16", -1), "10.1.255.254");
  t.is(nthAddress("203.0.113.0/24", -1), "203.0.113.254");
});

test("ssh itself reads the configuration: names and addresses, other ports, keys that are checked", (t) => {
  const bed = planBed("e", {
    domains,
    hosts: [host, { ...host, name: "a2", address: "10.1.0.12", endpoint: "ssh://you@db.example:2222" }],
  });
  const folder = mkdtempSync(join(tmpdir(), "trivet-bed-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "ssh_config");
  writeFileSync(file, sshConfig(bed, folder));
  const read = (name: string) => execFileSync("ssh", ["-F", file, "-G", name], { encoding: "utf8", stdio: "pipe" });
  for (const name of ["10.1.0.11", "a1"]) {
    for (const line of [
      "hostname 10.1.0.11",
      "user me",
      "port 22",
      "stricthostkeychecking true",
      "identitiesonly yes",
    ]) {
      t.true(read(name).includes(`\n${line}\n`), `${name}: ${line}`);
    }
  }
  for (const name of ["db.example", "a2"]) {
    for (const line of ["hostname 10.1.0.12", "user you", "port 2222", "hostkeyalias [db.example]:2222"]) {
      t.true(read(name).includes(`\n${line}\n`), `${name}: ${line}`);
    }
  }
  t.true(read("10.1.0.11").includes(`\nuserknownhostsfile ${folder}/known_hosts\n`));
  t.true(read("10.1.0.11").includes("exec -i trivet-bed-e-router nc -N"));
  t.false(read("elsewhere.example").includes("known_hosts\nproxycommand"));
  const keys = new Map(bed.hosts.map(({ name }) => [name, `ssh-ed25519 KEY-${name} ${name}`]));
  t.is(knownHosts(bed, keys), "10.1.0.11 ssh-ed25519 KEY-a1\n[db.example]:2222 ssh-ed25519 KEY-a2\n");
});

test("keys are made once, and nobody else may read them", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "trivet-bed-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const bed = { ...staging, hosts: staging.hosts.slice(0, 2) };
  const made = await makeKeys(bed, folder);
  t.deepEqual([...made.hosts.keys()], ["north1", "south1"]);
  t.not(made.hosts.get("north1")!.publicKey, made.hosts.get("south1")!.publicKey);
  t.regex(made.hosts.get("north1")!.privateKey, /BEGIN OPENSSH PRIVATE KEY/);
  t.deepEqual(await makeKeys(bed, folder), made);
  t.is(statSync(join(folder, "id_ed25519")).mode & 0o77, 0);
});
