import test from "ava";
import { readLink, refusalOf } from "../../../operations/preflight/ask.ts";
import { readFacts } from "../../../operations/preflight/facts.ts";
import { plan } from "../../../operations/preflight/flows.ts";
import { suits } from "../../../operations/preflight/rules/network.ts";
import type { Subject } from "../../../operations/preflight/subject.ts";
import { sound, subject, wan } from "./sound.ts";

const with2 = (flows: Subject["flows"]): Subject => ({ ...subject, flows });
const looks = (change: (text: string) => string = (text) => text) =>
  subject.hosts.map((host) => ({ host, facts: readFacts(host.name === "b" ? change(sound(host)) : sound(host))! }));
const lines = ({ trials, untried, opened }: ReturnType<typeof plan>) => [
  ...trials.map(
    ({ from, to, target, way, port, flows }) => `${from} ${to} ${way} ${target}:${port} ${flows.join("+")}`,
  ),
  ...untried.map(({ from, to, protocol, port, reason }) => `${from} ${to} ${protocol} ${port}: ${reason.kind}`),
  ...[...opened].map(
    ([name, ports]) => `${name} opens ${ports.map(({ protocol, port }) => `${protocol} ${port}`).join(" ")}`,
  ),
];
const between = (protocol: "tcp" | "udp" | "icmp", port?: number, to = ["b"]): Subject["flows"] => [
  { name: "x", protocol, ...(port && { port }), from: ["a"], to },
];
const listener = (values: string) => (text: string) => text.replace(/^end$/m, `listener\t${values}\nend`);

test("each pair once, for all that it is for; where nobody listens the probe does", (t) => {
  const flows = plan(
    with2([
      { name: "peers", protocol: "tcp", port: 3306, from: ["a", "b"], to: ["a", "b"] },
      { name: "clients", protocol: "tcp", port: 3306, from: ["a"], to: ["b"] },
      { name: "replication", protocol: "udp", port: 4567, from: ["a"], to: ["b"] },
      { name: "watch", protocol: "icmp", from: ["a"], to: ["b"] },
    ]),
    looks(),
  );
  t.deepEqual(lines(flows), [
    "a b tcp-echo 10.2.0.11:3306 peers+clients",
    "b a tcp-echo 10.1.0.11:3306 peers",
    "a b udp-echo 10.2.0.11:4567 replication",
    "a b icmp 10.2.0.11:0 watch",
    "b opens tcp 3306 udp 4567",
    "a opens tcp 3306",
  ]);
});

test("who listens already is asked as he answers", (t) => {
  const ours = (protocol: "tcp" | "udp", port: number) =>
    lines(plan(with2(between(protocol, port)), looks(listener(`${protocol}\t0.0.0.0:${port}\tx\t1\t\t`))));
  t.deepEqual(ours("tcp", 3306), ["a b tcp 10.2.0.11:3306 x"]);
  t.deepEqual(ours("udp", 53), ["a b dns 10.2.0.11:53 x"]);
  t.deepEqual(ours("udp", 123), ["a b ntp 10.2.0.11:123 x"]);
  t.deepEqual(ours("udp", 8301), ["a b udp 8301: held"]);
});

test("what listens on the loopback alone leaves the host's address free", (t) => {
  const loopback = looks(listener("tcp\t127.0.0.1:3306\tmariadbd\t1\t\t"));
  t.deepEqual(lines(plan(with2(between("tcp", 3306)), loopback)), [
    "a b tcp-echo 10.2.0.11:3306 x",
    "b opens tcp 3306",
  ]);
});

test("what can't be tried is told, and not guessed", (t) => {
  const without = (tool: string) => looks((text) => text.replace(/^end$/m, `missing\t${tool}\nend`));
  t.deepEqual(lines(plan(with2(between("tcp", 3306)), without("perl"))), ["a b tcp 3306: no-perl"]);
  t.deepEqual(lines(plan(with2(between("tcp", 3306)), without("ss"))), ["a b tcp 3306: no-ss"]);
  const plain = looks((text) => text.replace("trivet\tsudo", "trivet\tno"));
  t.deepEqual(lines(plan(with2(between("tcp", 53)), plain)), ["a b tcp 53: not-root"]);
  t.deepEqual(lines(plan(with2(between("tcp", 8300)), plain)), ["a b tcp-echo 10.2.0.11:8300 x", "b opens tcp 8300"]);
});

test("others are asked as well; a host of which nothing is known is not", (t) => {
  t.deepEqual(lines(plan(with2(between("udp", 123, ["0.pool.ntp.org", "10.9.0.1"])), looks())), [
    "a 0.pool.ntp.org ntp 0.pool.ntp.org:123 x",
    "a 10.9.0.1 ntp 10.9.0.1:123 x",
  ]);
  t.deepEqual(lines(plan(with2(between("tcp", 443, ["pager.corp"])), looks())), ["a pager.corp tcp pager.corp:443 x"]);
  const known = looks().map((look) => (look.host.name === "b" ? { host: look.host } : look));
  t.deepEqual(lines(plan(with2(between("tcp", 3306, ["b", "c"])), known)), [
    "a c tcp-echo 10.3.0.11:3306 x",
    "c opens tcp 3306",
  ]);
  t.deepEqual(lines(plan(with2([{ name: "x", protocol: "tcp", port: 1, from: ["b"], to: ["a"] }]), known)), []);
});

test("what ping says of a link", (t) => {
  const rows = [
    ["loss", "10.2.0.11", "5"],
    ["round", "10.2.0.11", "0.51", "0.72", "1.9"],
    ["packet", "10.2.0.11", "1420", "told"],
    ["loss", "10.3.0.11", "100"],
  ];
  const [, b, c] = subject.hosts;
  t.deepEqual(readLink(rows, "a", b!), {
    from: "a",
    to: "b",
    loss: 5,
    round: { least: 0.51, average: 0.72, most: 1.9 },
    packet: { size: 1420, told: true },
  });
  t.is(readLink(rows, "a", c!), undefined);
});

test("which ways Galera's periods outlast", (t) => {
  const lan = subject.database.periods;
  t.true(suits(lan, { round: 0.11 }));
  t.false(suits(lan, { round: 0.12 }));
  t.false(suits(lan, { round: 0.001, loss: 1 }));
  t.true(suits(wan, { round: 0.3, loss: 0.5 }));
  t.false(suits({ ...lan, joinRetransPeriod: 0.05 }, { round: 0.06 }));
});

test("what is said of a host that can't be used", (t) => {
  t.deepEqual(refusalOf('trivet@10.2.0.11: its host key is not known. Run "ssh x" once. Compare.\nssh says:\n  no'), {
    kind: "host-key",
    why: "trivet@10.2.0.11: its host key is not known",
    mend: 'Run "ssh x" once. Compare.',
  });
  t.is(refusalOf("a@b: it accepts none of this user's keys. Bring one.\nssh says:\n  x").kind, "login");
  t.is(refusalOf("bash on a@b did not end within 90 s.").kind, "unreachable");
});
