import test from "ava";
import { records } from "../../../hosts/records.ts";
import { readFacts } from "../../../operations/preflight/facts.ts";
import { holderOf } from "../../../operations/preflight/look.ts";
import { sound, subject } from "./sound.ts";

const text = sound(subject.hosts[1]!);
const changed = (from: string | RegExp, to: string) => readFacts(text.replace(from, to))!;

test("all that a sound host says", (t) => {
  const { docker, settings, names, missing, proxies, listeners, addresses, ...rest } = readFacts(text)!;
  t.deepEqual(rest, {
    user: { name: "trivet", root: "sudo" },
    os: { id: "debian", like: [], version: "13", name: "Debian GNU/Linux 13 (trixie)" },
    kernel: { name: "Linux", release: "6.12.48+deb13-amd64", machine: "x86_64" },
    processors: 4,
    load: { one: 0.08, five: 0.03, fifteen: 0.01 },
    memory: { total: 8_327_356_416, available: 7_672_844_288, swap: 1_023_406_080 },
    containers: [],
    disk: { folder: "/var/lib/docker", size: 42_002_456_576, used: 2_673_909_760, available: 37_161_721_856 },
    inodes: { all: 2_621_440, free: 2_560_012 },
    selinux: "Disabled",
    apparmor: { enabled: true, parser: true },
    daemons: [],
    firewalls: ["nftables"],
    rulesRead: true,
    resolvers: ["127.0.0.53"],
    nofile: { soft: 1024, hard: 524_288 },
  });
  t.is(docker.client, "Docker version 26.1.5+dfsg1, build a72d7cd");
  t.like(docker.info, { ServerVersion: "26.1.5+dfsg1", Driver: "overlay2", LiveRestoreEnabled: true });
  t.is(settings.get("fs.aio-max-nr"), "65536");
  t.deepEqual([names.size, missing.size, proxies.size], [0, 0, 0]);
  t.deepEqual(addresses[1], { address: "10.2.0.11", bits: 24, interface: "eth0", mtu: 1500 });
  t.deepEqual(listeners[0], {
    protocol: "tcp",
    address: "*",
    port: 22,
    program: "sshd",
    pid: 612,
    unit: "ssh.service",
  });
});

test("what a login prints before it is passed over, and what is cut off is not believed", (t) => {
  const loud = `Welcome!\nend\ntrivet-preflight\t1\nuser\tx\tyes\n${text}`;
  t.is(readFacts(loud)?.user.name, "trivet");
  t.is(readFacts(text.replace(/end\n$/, "")), undefined);
  t.is(readFacts(""), undefined);
  t.is(readFacts("end\n"), undefined);
  t.deepEqual(records("noise\nopen\ttcp\nend\nlogout\n"), [["noise"], ["open", "tcp"]]);
});

test("every way in which ss names a place", (t) => {
  const place = (local: string) => {
    const { listeners } = readFacts(`trivet-preflight\t1\nlistener\ttcp\t${local}\tx\t1\t\t\nend\n`)!;
    return listeners.map(({ address, port }) => `${address} ${port}`).join();
  };
  t.is(place("0.0.0.0:22"), "* 22");
  t.is(place("*:80"), "* 80");
  t.is(place("[::]:22"), "* 22");
  t.is(place("127.0.0.53%lo:53"), "127.0.0.53 53");
  t.is(place("[::1]:3306"), "::1 3306");
  t.is(place("[fe80::1]%eth0:546"), "fe80::1 546");
  t.is(place("[::ffff:127.0.0.1]:8005"), "127.0.0.1 8005");
  t.is(place("nonsense"), "");
  t.is(place("0.0.0.0:*"), "");
});

test("facts that a host does not tell are absent, not zero", (t) => {
  const bare = readFacts(
    "trivet-preflight\t1\nprocessors\t\nload\t0.1\nmemory\t\t\t\ndisk\t/\t/dev/x\t1\nnofile\tunlimited\tunlimited\nend\n",
  )!;
  t.is(bare.processors, undefined);
  t.is(bare.load, undefined);
  t.is(bare.memory, undefined);
  t.is(bare.disk, undefined);
  t.is(bare.selinux, undefined);
  t.deepEqual(bare.nofile, { soft: Number.POSITIVE_INFINITY, hard: Number.POSITIVE_INFINITY });
  t.is(bare.user.root, "no");
  t.is(bare.docker.info, undefined);
});

test("docker info that is none is passed over", (t) => {
  t.is(changed(/^docker-info.*$/m, "docker-info\t{half").docker.info, undefined);
  t.is(changed(/^docker-info.*$/m, 'docker-info\t{"host":{"os":"linux"},"store":{}}').docker.info?.ServerVersion, "");
});

test("a process is a container's only if the daemon knows that container: a host may be one itself", (t) => {
  const id = "a".repeat(64);
  const line = `listener\ttcp\t0.0.0.0:3306\tmariadbd\t5\t${id}\t`;
  t.is(changed(/^end$/m, `${line}\nend`).listeners.at(-1)?.container, undefined);
  t.is(changed(/^end$/m, `container\t${id}\tx\tthree\t\n${line}\nend`).listeners.at(-1)?.container, id);
});

test("docker-proxy stands for the container that publishes the port", (t) => {
  const id = "b".repeat(64);
  const facts = changed(
    /^end$/m,
    `container\t${id}\tx\tthree\t127.0.0.1:8080->80/tcp, 9000/tcp\nlistener\ttcp\t127.0.0.1:8080\tdocker-proxy\t5\t\t\nend`,
  );
  t.deepEqual(facts.containers, [
    { id, name: "x", environment: "three", published: [{ protocol: "tcp", port: 8080 }] },
  ]);
  t.is(facts.listeners.at(-1)?.container, id);
});

test("who holds a port: at every address, or at one of the host's own", (t) => {
  const facts = readFacts(text)!;
  t.is(holderOf(facts, { protocol: "tcp", port: 22 })?.program, "sshd");
  // systemd-resolved is at an address that no interface has, and BIND takes each interface's.
  t.is(holderOf(facts, { protocol: "udp", port: 53 }), undefined);
  t.is(holderOf(facts, { protocol: "udp", port: 123 }), undefined);
  const loopback = changed(/^end$/m, "listener\ttcp\t127.0.0.1:3306\tmariadbd\t5\t\t\nend");
  t.is(holderOf(loopback, { protocol: "tcp", port: 3306 })?.program, "mariadbd");
  t.is(holderOf(loopback, { protocol: "udp", port: 3306 }), undefined);
});
