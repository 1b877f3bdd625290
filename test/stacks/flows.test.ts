import test from "ava";
import type { WatchedHost } from "../../components/icinga/watched.ts";
import { flowsOf } from "../../stacks/flows.ts";
import { fileSettings } from "../../stacks/settings/file.ts";
import { readSettings } from "../../stacks/settings.ts";

const { settings, watched } = readSettings(fileSettings("dev"));

/** A flow in one line: `Galera replication: db1 db2 > db1 db2 tcp 4567`. */
const lines = (flows: ReturnType<typeof flowsOf>) =>
  flows.map(({ name, protocol, port, from, to }) =>
    `${name}: ${from.join(" ")} > ${to.join(" ")} ${protocol} ${port ?? ""}`.trimEnd(),
  );

const db = "db1 db2 db3";
const dns = "dns1 dns2 dns3";
const consul = `${dns} ${db}`;
const mon = "mon1 mon2";
const sat = "sat1 sat2 sat3";

test("exactly these flows cross the dev environment's domains", (t) => {
  t.deepEqual(lines(flowsOf(settings, watched)), [
    `Galera replication: ${db} > ${db} tcp 4567`,
    `Galera replication: ${db} > ${db} udp 4567`,
    `Galera state transfer: ${db} > ${db} tcp 4444`,
    `Galera incremental state transfer: ${db} > ${db} tcp 4568`,
    `Galera peers: ${db} > ${db} tcp 3306`,
    `Galera keepers: ${db} > ${db} tcp 4569`,
    `Consul RPC: ${consul} > ${dns} tcp 8300`,
    `Consul gossip: ${consul} > ${consul} tcp 8301`,
    `Consul gossip: ${consul} > ${consul} udp 8301`,
    `Consul gossip between servers: ${dns} > ${dns} tcp 8302`,
    `Consul gossip between servers: ${dns} > ${dns} udp 8302`,
    `DNS: ${mon} ${sat} app3 web1 web2 > ${dns} tcp 53`,
    `DNS: ${mon} ${sat} app3 web1 web2 > ${dns} udp 53`,
    `NTP: ${db} ${dns} ${mon} ${sat} app3 web1 web2 entry > ${dns} udp 123`,
    `Icinga between masters: ${mon} > ${mon} tcp 5665`,
    `Icinga to satellites: ${mon} > ${sat} tcp 5665`,
    `Icinga from satellites: ${sat} > ${mon} tcp 5665`,
    `Database for monitoring: ${mon} web1 web2 > ${db} tcp 3306`,
    `Icinga Web reads states: web1 web2 > ${mon} tcp 6380`,
    `Icinga Web sends commands: web1 web2 > ${mon} tcp 5665`,
    "Entry to Icinga Web: entry > web1 web2 tcp 80",
    `Masters watch mon1: ${mon} > mon1 icmp`,
    `Masters watch mon2: ${mon} > mon2 icmp`,
    `Masters watch sat1: ${mon} > sat1 icmp`,
    `Masters watch sat2: ${mon} > sat2 icmp`,
    `Masters watch sat3: ${mon} > sat3 icmp`,
    `Notifications: ${mon} > pager tcp 8080`,
  ]);
});

test("with the IDO nobody asks for Redis", (t) => {
  const flows = flowsOf({ ...settings, monitoring: { ...settings.monitoring, backend: "ido" } }, watched);
  t.false(flows.some(({ port }) => port === 6380));
});

test("an agent in a domain without satellites is the masters' own", (t) => {
  const hosts = settings.hosts.map((host) => (host.name === "sat3" ? { ...host, roles: [] } : host));
  const flows = lines(flowsOf({ ...settings, hosts }, watched));
  t.true(flows.includes(`Icinga to agents: ${mon} > app3 tcp 5665`));
  t.true(flows.includes(`Icinga from agents: app3 > ${mon} tcp 5665`));
});

test("a watched master is asked by the other one, each port once, and nothing of what runs on itself", (t) => {
  const master: WatchedHost = {
    name: "mon1",
    address: "198.18.1.31",
    domain: "fd1",
    groups: [],
    checks: [
      { kind: "http", name: "a" },
      { kind: "http", name: "b" },
      { kind: "http", name: "c", ssl: true },
      { kind: "ssh", onAgent: true },
      { kind: "ntp" },
      { kind: "dns", lookup: "x", server: "198.18.1.53" },
      { kind: "disk" },
    ],
  };
  const own = lines(flowsOf(settings, [master])).filter((line) => line.startsWith("Masters watch"));
  t.deepEqual(own, [
    `Masters watch mon1: ${mon} > mon1 icmp`,
    `Masters watch mon1: ${mon} > mon1 tcp 80`,
    `Masters watch mon1: ${mon} > mon1 tcp 443`,
    `Masters watch mon1: ${mon} > mon1 udp 123`,
  ]);
});

test("an arbitrator takes part in replication only", (t) => {
  const hosts = settings.hosts.map((host) =>
    host.name === "entry" ? { ...host, roles: ["arbitrator" as const] } : host,
  );
  const own = lines(flowsOf({ ...settings, hosts }, watched)).filter((line) => /> .*entry/.test(line));
  t.deepEqual(own, [`Galera replication: ${db} entry > ${db} entry tcp 4567`]);
});
