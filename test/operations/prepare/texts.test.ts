import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { execa } from "execa";
import { Failure, UserError } from "../../../core/errors.ts";
import type { Flow } from "../../../core/flow.ts";
import { daemonFile } from "../../../operations/prepare/docker.ts";
import { type Opening, openingsOf, rulesText, siteRules } from "../../../operations/prepare/firewall.ts";
import { orderText } from "../../../operations/prepare/plan.ts";
import { readSeen } from "../../../operations/prepare/seen.ts";

const addresses = new Map([
  ["north1", "192.0.2.11"],
  ["south1", "198.51.100.11"],
  ["west1", "203.0.113.11"],
  ["six", "2001:db8::11"],
]);
const north1 = { name: "north1", address: "192.0.2.11" };
const flows: Flow[] = [
  {
    name: "Galera replication",
    protocol: "tcp",
    port: 4567,
    from: ["west1", "south1", "north1"],
    to: ["north1", "south1"],
  },
  { name: "Database", protocol: "tcp", port: 3306, from: ["south1"], to: ["north1"] },
  { name: "Galera peers", protocol: "tcp", port: 3306, from: ["west1", "south1"], to: ["north1"] },
  { name: "Icinga from agents", protocol: "tcp", port: 5665, from: ["six", "south1"], to: ["north1"] },
  { name: "Icinga Web", protocol: "tcp", port: 8080, from: ["people"], to: ["north1"] },
  { name: "Watch north1", protocol: "icmp", from: ["south1"], to: ["north1"] },
  { name: "NTP upstream", protocol: "udp", port: 123, from: ["north1"], to: ["192.0.2.1"] },
  { name: "Own", protocol: "tcp", port: 9999, from: ["north1"], to: ["north1"] },
];
const openings = openingsOf(north1, flows, addresses, ["people"]);

test("a host opens what flows to it, each port once, by whom it comes from", (t) => {
  t.deepEqual(openings, [
    { protocol: "icmp", from: ["198.51.100.11"], purposes: ["Watch north1"] },
    { protocol: "tcp", port: 3306, from: ["198.51.100.11", "203.0.113.11"], purposes: ["Database", "Galera peers"] },
    { protocol: "tcp", port: 4567, from: ["198.51.100.11", "203.0.113.11"], purposes: ["Galera replication"] },
    { protocol: "tcp", port: 5665, from: ["198.51.100.11", "2001:db8::11"], purposes: ["Icinga from agents"] },
    { protocol: "tcp", port: 8080, from: "anybody", purposes: ["Icinga Web"] },
  ] satisfies Opening[]);
  t.throws(() => openingsOf(north1, [{ ...flows[1]!, from: ["nobody"] }], addresses, []), {
    instanceOf: Failure,
    message: /The flow "Database" to north1 comes from nobody/,
  });
});

const text = rulesText({ environment: "staging", host: "north1", openings, sshPorts: [2222, 22, 22] });

test("the table of nftables", (t) => {
  t.is(
    text,
    `#!/usr/sbin/nft -f
# Trivet: what north1 of staging lets in (trivet firewall staging). Each "trivet hosts prepare" writes it anew:
# rules of your own are for /etc/trivet/firewall.d/*.nft, such as: tcp dport 9100 accept
table inet trivet
delete table inet trivet
table inet trivet {
  chain input {
    type filter hook input priority filter; policy drop;
    ct state established,related accept
    iifname "lo" accept
    meta l4proto { icmp, ipv6-icmp } accept
    # An address by DHCP
    udp sport 67 udp dport 68 accept
    ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept
    # SSH of the operator, from wherever that is
    tcp dport { 22, 2222 } accept
    # Database; Galera peers
    ip saddr { 198.51.100.11, 203.0.113.11 } tcp dport 3306 accept
    # Galera replication
    ip saddr { 198.51.100.11, 203.0.113.11 } tcp dport 4567 accept
    # Icinga from agents
    ip saddr { 198.51.100.11 } tcp dport 5665 accept
    ip6 saddr { 2001:db8::11 } tcp dport 5665 accept
    # Icinga Web
    tcp dport 8080 accept
    # The site's own
    include "/etc/trivet/firewall.d/*.nft"
    limit rate 6/minute burst 12 packets log prefix "trivet drops: "
  }
}
`,
  );
});

test("nft takes it", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "trivet-nft-"));
  writeFileSync(join(folder, "rules"), text);
  // A library has a command of the same name.
  const env = { PATH: "/usr/sbin:/sbin:/usr/bin:/bin" };
  // In a network of its own, where one may: -c asks the kernel.
  const ran = await execa("unshare", ["--net", "nft", "-c", "-f", join(folder, "rules")], { env, reject: false });
  rmSync(folder, { recursive: true });
  if (/not found|No such file|Operation not permitted|unshare failed/.test(ran.stderr)) {
    t.log(`not tried: ${ran.stderr.trim()}`);
    return t.pass();
  }
  t.is(ran.stderr, "");
  t.is(ran.exitCode, 0);
});

test("the same as commands for firewalld and ufw", (t) => {
  const few = openings.filter(({ port }) => port === 5665 || port === 8080 || port === undefined);
  t.deepEqual(siteRules.firewalld(few), [
    `sudo firewall-cmd --permanent --add-rich-rule='rule family="ipv4" source address="198.51.100.11" port port="5665" protocol="tcp" accept'`,
    `sudo firewall-cmd --permanent --add-rich-rule='rule family="ipv6" source address="2001:db8::11" port port="5665" protocol="tcp" accept'`,
    "sudo firewall-cmd --permanent --add-port=8080/tcp",
    "sudo firewall-cmd --reload",
  ]);
  t.deepEqual(siteRules.ufw(few), [
    "sudo ufw allow proto tcp from 198.51.100.11 to any port 5665",
    "sudo ufw allow proto tcp from 2001:db8::11 to any port 5665",
    "sudo ufw allow proto tcp from any to any port 8080",
  ]);
});

const site = ["192.0.2.0/24", "198.51.100.0/24"];

test("daemon.json from nothing", (t) => {
  const file = daemonFile("north1", { site });
  t.is(
    file.text,
    `{
  "shutdown-timeout": 90,
  "live-restore": true,
  "log-driver": "json-file",
  "log-opts": {
    "max-size": "10m",
    "max-file": "3"
  }
}
`,
  );
  t.true(file.restart);
  t.deepEqual(daemonFile("north1", { present: file.text, site }), {
    text: file.text,
    keys: [],
    restart: false,
    leftOut: [],
  });
});

test("daemon.json keeps what its owner set", (t) => {
  const present = '{"data-root":"/srv/docker","log-driver":"journald","live-restore":false}';
  const file = daemonFile("north1", { present, site });
  t.deepEqual(JSON.parse(file.text), {
    "data-root": "/srv/docker",
    "log-driver": "journald",
    "live-restore": true,
    "shutdown-timeout": 90,
  });
  t.deepEqual(file.keys, ["shutdown-timeout", "live-restore"]);
  t.false(file.restart, "a signal is enough");
});

test("bridges of Docker hide no address of the site", (t) => {
  const pools = (own: string[], present?: string) =>
    JSON.parse(daemonFile("h", { site: own, present }).text)["default-address-pools"]?.[0]?.base;
  t.is(pools(["10.1.0.0/24"]), undefined);
  t.is(pools(["172.20.6.0/24"]), "172.31.0.0/16");
  // The case of origin.md: 172.31.6.15 and 172.32.6.15.
  t.is(pools(["172.31.6.0/24", "172.32.6.0/24"]), "192.168.192.0/18");
  t.is(pools(["192.168.0.0/16", "172.31.6.15", "10.0.0.0/8"]), "172.18.0.0/16");
  t.is(pools(["172.20.6.0/24"], '{"default-address-pools":[{"base":"10.9.0.0/16","size":24}]}'), "10.9.0.0/16");
  t.is(pools(["2001:db8::/64"]), undefined);
  t.regex(
    daemonFile("h", { site: ["0.0.0.0/0"] }).leftOut.join(),
    /default-address-pools: the site has addresses in all/,
  );
});

test("a swarm, and what dockerd has on its command line", (t) => {
  const swarm = daemonFile("h", { site, swarm: true });
  t.false("live-restore" in JSON.parse(swarm.text));
  t.regex(swarm.leftOut.join(), /^live-restore: Docker refuses it in a swarm/);
  const flags = daemonFile("h", { site, flags: "dockerd --live-restore --log-opt max-size=1m --shutdown-timeout=5" });
  t.deepEqual(flags.keys, []);
  t.deepEqual(
    flags.leftOut.map((text) => text.split(":")[0]),
    ["shutdown-timeout", "live-restore"],
  );
});

test("a daemon.json that is no JSON is nobody's to change", (t) => {
  for (const present of ["{", "[]", "7"]) {
    t.throws(() => daemonFile("north1", { present, site }), {
      instanceOf: UserError,
      message: /of north1 is no JSON object/,
    });
  }
});

test("what a host says is read, whatever its login prints before", (t) => {
  const said = [
    "Welcome!\ttrivet-prepare",
    "trivet-prepare\t1",
    "os\tdebian",
    "systemd",
    "tool\tnft",
    `file\t/etc/x\t${Buffer.from("a\tb\n").toString("base64")}`,
    "ssh-port\t2222",
    "ssh-port\t22",
    "sshd\tmaxstartups\t10:30:100",
    "sshd\tmaxsessions\t10",
    "sshd\tinclude\tyes",
    "clock\tchrony\tyes\tno",
    "firewall\tnftables\tinet filter",
    "listener\ttcp\t[::]:9100\tnode_exporter",
    "container\ttrivet-staging-north1-galera",
    "end",
  ].join("\n");
  t.like(readSeen(said), {
    os: "debian",
    systemd: true,
    sshPorts: [2222, 22],
    sshd: { include: true, startups: 10, sessions: 10 },
    clocks: [{ unit: "chrony", enabled: true, active: false }],
    firewalls: ["inet filter"],
    listeners: [{ protocol: "tcp", address: "::", port: 9100, program: "node_exporter" }],
    containers: ["trivet-staging-north1-galera"],
  });
  t.is(readSeen(said)!.files.get("/etc/x"), "a\tb\n");
  t.is(readSeen(said.replace("\nend", "")), undefined);
});

test("databases end before what gives them names and time", (t) => {
  t.regex(orderText(), /^last=\(galera-supervisor galera galera-arbitrator bind consul-agent consul-server chrony\)$/m);
});
