import test from "ava";
import type { Flow } from "../../core/flow.ts";
import { outsideFlows, withinFlows } from "../../stacks/flows-outside.ts";
import { fileSettings } from "../../stacks/settings/file.ts";
import { readSettings } from "../../stacks/settings.ts";
import { small, type Values } from "./small.ts";

/** A flow in one line: `NTP upstream: a1 > 10.9.0.1 udp 123`. */
const lines = (flows: Flow[]) =>
  flows.map(({ name, protocol, port, from, to }) =>
    `${name}: ${from.join(" ")} > ${to.join(" ")} ${protocol} ${port ?? ""}`.trimEnd(),
  );
const read = (environment: string) => readSettings(fileSettings(environment));
const changed = (change: (values: Values) => void) => {
  const values = small();
  change(values);
  return readSettings({ file: "/nowhere/Pulumi.small.yaml", values });
};
const outside = ({ settings, watched }: ReturnType<typeof read>) => lines(outsideFlows(settings, watched));
const within = ({ settings, watched }: ReturnType<typeof read>) => lines(withinFlows(settings, watched));

test("production speaks with its resolvers, its time source and the operator", (t) => {
  const hosts = "db1 db2 db3 dns1 dns2 dns3 mon1 mon2 sat1 sat2 sat3 web1 web2 entry";
  t.deepEqual(outside(read("production")), [
    "DNS upstream: dns1 dns2 dns3 > 172.31.1.53 tcp 53",
    "DNS upstream: dns1 dns2 dns3 > 172.31.1.53 udp 53",
    "NTP upstream: dns1 dns2 dns3 > 172.31.1.123 udp 123",
    `SSH of the operator: operator > ${hosts} tcp 22`,
  ]);
});

test("nothing of a lab is reached from elsewhere; its pager is a machine of its own", (t) => {
  t.deepEqual(outside(read("dev")), []);
});

test("a time source by name needs the hosts' own resolvers", (t) => {
  const time = changed((values) => {
    values.time = { upstream: ["0.pool.ntp.org", "10.9.0.1"] };
  });
  t.deepEqual(outside(time), [
    "NTP upstream: a1 a2 a3 > 0.pool.ntp.org 10.9.0.1 udp 123",
    "DNS for NTP upstream: a1 a2 a3 > resolvers of the host tcp 53",
    "DNS for NTP upstream: a1 a2 a3 > resolvers of the host udp 53",
    "SSH of the operator: operator > a1 a2 a3 tcp 22",
  ]);
});

test("who is told, by the port that is meant, and never more of an address than its host", (t) => {
  const told = changed((values) => {
    values.dns = { upstream: ["10.9.0.53"] };
    values.monitoring = {
      notify: [
        { name: "a", url: "https://me:secret@pager.example/hook/token" },
        { name: "b", url: "http://10.9.0.2/x" },
        { name: "c", url: "http://[2001:db8::7]:8443/" },
        { name: "d", mail: { server: "mail.example", from: "a@example.org", to: ["b@example.org"] } },
        { name: "e", mail: { server: "10.9.0.3", security: "tls", from: "a@example.org", to: ["b@example.org"] } },
        { name: "f", mail: { server: "10.9.0.3", port: 587, from: "a@example.org", to: ["b@example.org"] } },
        { name: "g", command: ["/bin/true"] },
      ],
    };
  });
  t.deepEqual(
    outside(told).filter((line) => line.startsWith("Notifications")),
    [
      "Notifications to a: a1 a2 > pager.example tcp 443",
      "Notifications to b: a1 a2 > 10.9.0.2 tcp 80",
      "Notifications to c: a1 a2 > 2001:db8::7 tcp 8443",
      "Notifications to d: a1 a2 > mail.example tcp 25",
      "Notifications to e: a1 a2 > 10.9.0.3 tcp 465",
      "Notifications to f: a1 a2 > 10.9.0.3 tcp 587",
    ],
  );
});

test("each port of sshd, no host of this machine, and people where the entry listens for them", (t) => {
  const ports = changed((values) => {
    values.hosts[1].endpoint = "ssh://trivet@jump-me:2222";
    values.hosts[2].endpoint = "unix:///var/run/docker.sock";
    values.web = { address: "10.1.0.11", port: 8081 };
  });
  t.deepEqual(outside(ports), [
    "SSH of the operator: operator > a1 tcp 22",
    "SSH of the operator: operator > a2 tcp 2222",
    "Icinga Web: people > a1 tcp 8081",
  ]);
});

test("a check that asks another server passes from whoever watches", (t) => {
  const environment = changed(() => {});
  const watched = [
    {
      name: "plain",
      address: "10.3.0.99",
      domain: "fd3",
      groups: [],
      checks: [
        { kind: "ntp" as const, server: "10.9.0.1" },
        { kind: "dns" as const, lookup: "x", server: "10.1.0.11" },
        { kind: "dns" as const, lookup: "x" },
        { kind: "ssh" as const, port: 2222 },
        { kind: "http" as const, onAgent: true },
      ],
    },
  ];
  t.deepEqual(lines(outsideFlows(environment.settings, watched)), [
    // a1 is a DNS server of ours, which every satellite asks.
    "Check of plain: a3 > 10.9.0.1 udp 123",
    "SSH of the operator: operator > a1 a2 a3 tcp 22",
  ]);
  t.deepEqual(lines(withinFlows(environment.settings, watched)), [
    "Satellites watch plain: a3 > plain icmp",
    "Satellites watch plain: a3 > plain udp 53",
    "Satellites watch plain: a3 > plain tcp 2222",
  ]);
});

test("within their domains dev's satellites speak with agents and watched hosts", (t) => {
  const flows = within(read("dev"));
  t.true(flows.includes("Icinga to agents: sat3 > app3 tcp 5665"));
  t.true(flows.includes("Icinga from agents: app3 > sat3 tcp 5665"));
  t.true(flows.includes("Satellites watch db1: sat1 > db1 icmp"));
  t.true(flows.includes("Satellites watch db1: sat1 > db1 tcp 3306"));
  t.false(flows.some((line) => line.startsWith("Satellites watch mon1")));
});

test("members of a cluster that is taken over are peers of the database nodes, both ways", (t) => {
  const adopting = changed((values) => {
    values.database = { adopt: [{ name: "old1", address: "10.9.0.5" }] };
  });
  const both = (name: string, protocol: string, port: number) => [
    `${name}, adopted: a1 a2 a3 > 10.9.0.5 ${protocol} ${port}`,
    `${name}, adopted: 10.9.0.5 > a1 a2 a3 ${protocol} ${port}`,
  ];
  t.deepEqual(outside(adopting), [
    ...both("Galera replication", "tcp", 4567),
    ...both("Galera replication", "udp", 4567),
    ...both("Galera state transfer", "tcp", 4444),
    ...both("Galera incremental state transfer", "tcp", 4568),
    "Galera peers, adopted: a1 a2 a3 > 10.9.0.5 tcp 3306",
    "SSH of the operator: operator > a1 a2 a3 tcp 22",
  ]);
});
