import { execFile } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { machine, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import test from "ava";
import { findProgram } from "../../../cli/setup/programs.ts";
import { records } from "../../../hosts/records.ts";
import { lookAt, tryFlows } from "../../../operations/preflight/ask.ts";
import { readFacts } from "../../../operations/preflight/facts.ts";
import type { Subject, SubjectHost } from "../../../operations/preflight/subject.ts";
import { startSshd } from "../../hosts/sshd.ts";
import { subject } from "./sound.ts";

const sshd = await startSshd();
test.after.always(() => sshd.close());
const scripts = join(import.meta.dirname, "../../../operations/preflight/scripts");
const folder = mkdtempSync(join(tmpdir(), "trivet-preflight-"));
test.after.always(() => rmSync(folder, { recursive: true }));

/** Runs a script as a host does: it comes on standard input. */
const run = (name: string, args: string[] = [], env: NodeJS.ProcessEnv = {}): Promise<string> =>
  new Promise((resolve, reject) => {
    const done = (error: Error | null, stdout: string) => (error ? reject(error) : resolve(stdout));
    const child = execFile(
      "/bin/bash",
      ["-s", "--", ...args],
      { env: { ...process.env, ...env }, maxBuffer: 2 ** 24 },
      done,
    );
    child.stdin!.end(readFileSync(join(scripts, name)));
  });

test("this machine, as it is", async (t) => {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  const facts = readFacts(await run("probe", ["localhost", "nowhere.invalid"]))!;
  server.close();
  t.is(facts.kernel.name, "Linux");
  t.is(facts.kernel.machine, machine());
  t.is(facts.memory?.total, totalmem());
  t.true(facts.memory!.available < totalmem());
  t.true(facts.disk!.size >= facts.disk!.used + facts.disk!.available);
  t.true(existsSync(facts.disk!.folder));
  t.true(facts.addresses.some(({ address, interface: on }) => address === "127.0.0.1" && on === "lo"));
  t.like(
    facts.listeners.find((listener) => listener.port === port),
    { protocol: "tcp", address: "127.0.0.1", pid: process.pid },
  );
  t.is(facts.names.get("localhost"), "127.0.0.1");
  t.true(facts.names.has("nowhere.invalid"));
  t.is(facts.names.get("nowhere.invalid"), undefined);
  t.is(facts.settings.get("vm.swappiness"), readFileSync("/proc/sys/vm/swappiness", "utf8").trim());
});

/** A PATH with what every host has, and what a test puts in place of the rest. */
async function withTools(name: string, tools: Record<string, string>): Promise<NodeJS.ProcessEnv> {
  const path = mkdtempSync(join(folder, `${name}-`));
  const needed =
    "bash id uname sed tr head cut getconf df dirname timeout getent awk grep cat sleep date wc dd perl".split(" ");
  for (const tool of needed) symlinkSync((await findProgram(tool))!, join(path, tool));
  for (const [tool, text] of Object.entries(tools)) {
    writeFileSync(join(path, tool), `#!/bin/bash\n${text}\n`);
    chmodSync(join(path, tool), 0o755);
  }
  return { PATH: path };
}
/** The probe adds the folders of root's tools itself: there it must find none. */
const probed = async (tools: Record<string, string>, more: NodeJS.ProcessEnv = {}) => {
  const env = await withTools("tools", tools);
  const text = readFileSync(join(scripts, "probe"), "utf8").replace(/ PATH="\$PATH:[^"]*"/, "");
  return new Promise<ReturnType<typeof readFacts>>((resolve, reject) => {
    const child = execFile("/bin/bash", ["-s"], { env: { ...env, ...more } }, (error, stdout) =>
      error ? reject(error) : resolve(readFacts(stdout)),
    );
    child.stdin!.end(text);
  });
};

test("a host with next to nothing says what is missing", async (t) => {
  const facts = (await probed({}))!;
  t.deepEqual([...facts.missing], ["docker", "ip", "ss", "ping"]);
  t.deepEqual(facts.listeners, []);
  t.is(facts.docker.client, undefined);
});

test("odd answers of getenforce, docker, ss and ip are read for what they are", async (t) => {
  const facts = (await probed(
    {
      getenforce: "echo Enforcing",
      docker: `
case $1 in
--version) echo 'Docker version 19.03.15, build 99e3ed8919' ;;
info) echo 'WARNING: No swap limit support' >&2; echo '{"ID":"X","ServerVersion":"19.03.15","Driver":"vfs","DockerRootDir":"/nowhere/at/all"}' ;;
ps) printf '%s\\ttrivet-three-b-chrony\\tthree \\t\\n' ${"f".repeat(64)} ;;
esac`,
      ss: `cat << 'END'
udp   UNCONN 0      0            127.0.0.53%lo:53         0.0.0.0:*    users:(("systemd-resolve",pid=1,fd=16))
udp   UNCONN 0      0                  0.0.0.0:123        0.0.0.0:*
tcp   LISTEN 0      80               127.0.0.1:3306       0.0.0.0:*    users:(("mariadbd",pid=1,fd=20),("mariadbd",pid=1,fd=21))
tcp   LISTEN 0      4096                     *:8500             *:*    users:(("consul",pid=1,fd=9))
END`,
      ip: `cat << 'END'
1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever
2: eth0    inet 10.2.0.11/24 brd 10.2.0.255 scope global dynamic eth0\\       valid_lft 3187sec preferred_lft 3187sec
3: vlan7@eth0    inet 10.7.0.11/24 scope global vlan7\\       valid_lft forever preferred_lft forever
END`,
    },
    { HTTPS_PROXY: "http://me:secret@proxy.corp:3128/", no_proxy: "localhost" },
  ))!;
  t.is(facts.selinux, "Enforcing");
  t.is(facts.docker.info?.ServerVersion, "19.03.15");
  t.is(facts.docker.complaint, "WARNING: No swap limit support");
  // Docker's folder is on the disk of the folder above it that there is.
  t.is(facts.disk?.folder, "/");
  t.deepEqual(facts.containers, [
    { id: "f".repeat(64), name: "trivet-three-b-chrony", environment: "three", published: [] },
  ]);
  t.deepEqual(
    facts.listeners.map(({ protocol, address, port, program }) => `${protocol} ${address} ${port} ${program}`),
    ["udp 127.0.0.53 53 systemd-resolve", "udp * 123 undefined", "tcp 127.0.0.1 3306 mariadbd", "tcp * 8500 consul"],
  );
  t.deepEqual(
    facts.addresses.map(({ address, bits, interface: on }) => `${address}/${bits} ${on}`),
    ["127.0.0.1/8 lo", "10.2.0.11/24 eth0", "10.7.0.11/24 vlan7@eth0"],
  );
  t.is(facts.proxies.get("HTTPS_PROXY"), "http://***@proxy.corp:3128/");
  t.is(facts.proxies.get("no_proxy"), "localhost");
});

test("a daemon that is not there, as each client says it", async (t) => {
  const old = await probed({
    docker: "echo 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock.' >&2; exit 1",
  });
  t.is(old?.docker.info, undefined);
  t.regex(old?.docker.complaint ?? "", /^Cannot connect .*\(exit code 1\)$/);
  const newer = await probed({
    docker: `[ "$1" = info ] && echo '{"ID":"","ServerErrors":["Cannot connect to the Docker daemon"],"ClientInfo":{}}'; exit 1`,
  });
  t.deepEqual(newer?.docker.info?.ServerErrors, ["Cannot connect to the Docker daemon"]);
  const podman = await probed({
    docker: `case $1 in --version) echo 'podman version 5.4.2' ;; info) echo 'Emulate Docker CLI using podman.' >&2; echo '{"host":{"arch":"amd64"}}' ;; esac`,
  });
  t.is(podman?.docker.client, "podman version 5.4.2");
});

test("rules that drop are seen, in whatever table; others are not", async (t) => {
  const firewalls = async (ruleset: string) => {
    const root: Record<string, string> =
      process.getuid?.() === 0 ? {} : { sudo: 'shift; [ "$1" = true ] || exec "$@"' };
    return (await probed({ nft: `cat << 'END'\n${ruleset}\nEND`, ...root }))!.firewalls;
  };
  t.deepEqual(
    await firewalls(
      "table inet trivet {\n\tchain input {\n\t\ttype filter hook input priority filter; policy drop;\n\t\tct state established accept\n\t}\n}",
    ),
    ["trivet"],
  );
  t.deepEqual(
    await firewalls(
      "table ip filter {\n\tchain INPUT {\n\t\ttype filter hook input priority filter; policy accept;\n\t\ttcp dport 3306 counter packets 0 bytes 0 drop\n\t}\n}",
    ),
    ["nftables"],
  );
  t.deepEqual(
    await firewalls(
      "table ip filter {\n\tchain FORWARD {\n\t\ttype filter hook forward priority filter; policy drop;\n\t}\n\tchain INPUT {\n\t\ttype filter hook input priority filter; policy accept;\n\t}\n}",
    ),
    [],
  );
});

const word = "0123456789abcdef";
const freePort = async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
};

test("a port that was opened answers whoever has the word, until it is closed again", async (t) => {
  const [tcp, udp, nobody] = [await freePort(), await freePort(), await freePort()];
  const opened = records(
    await run("listen", ["30", word, `tcp,127.0.0.1,${tcp}`, `udp,127.0.0.1,${udp}`, `tcp,192.0.2.1,${tcp}`]),
  )!;
  const pid = opened.find(([kind]) => kind === "process")![1]!;
  t.deepEqual(
    opened.filter(([kind]) => kind !== "process").map((row) => row.join(" ")),
    [
      `open tcp 127.0.0.1 ${tcp} `,
      `open udp 127.0.0.1 ${udp} `,
      `closed tcp 192.0.2.1 ${tcp} Cannot assign requested address`,
    ],
  );
  const reach = async (by: string, ...ways: string[]) =>
    records(await run("reach", [by, ...ways]))!
      .map(([way, , , result]) => `${way} ${result}`)
      .sort();
  const all = [`tcp-echo,127.0.0.1,${tcp}`, `tcp,127.0.0.1,${tcp}`, `udp-echo,127.0.0.1,${udp}`];
  t.deepEqual(await reach(word, ...all), ["tcp open", "tcp-echo open", "udp-echo open"]);
  t.deepEqual(await reach("fedcba9876543210", ...all), ["tcp open", "tcp-echo stalled", "udp-echo silent"]);
  t.deepEqual(await reach(word, `tcp,127.0.0.1,${nobody}`, `udp-echo,127.0.0.1,${nobody}`, "tcp,nowhere.invalid,80"), [
    "tcp refused",
    "tcp unresolved",
    "udp-echo refused",
  ]);
  t.is(await run("stop", ["another word", pid]), "gone\nend\n");
  t.is(await run("stop", [word, pid]), "listened\nend\n");
  t.deepEqual(await reach(word, `tcp,127.0.0.1,${tcp}`), ["tcp refused"]);
});

test("it closes by itself when nobody comes back", async (t) => {
  const port = await freePort();
  await run("listen", ["1", word, `tcp,127.0.0.1,${port}`]);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  t.regex(await run("reach", [word, `tcp,127.0.0.1,${port}`]), /\trefused\t/);
});

test("what ping says, in the words of iputils", async (t) => {
  const ping = `
for last; do :; done
case "$last $*" in
10.2.0.11*'-M do'*'-s 1472'*) echo 'ping: local error: message too long, mtu=1420'; exit 1 ;;
10.2.0.11*'-M do'*'-s 1392'*) echo '2 packets transmitted, 2 received, 0% packet loss, time 201ms' ;;
10.2.0.11*'-M do'*) exit 1 ;;
10.2.0.11*) printf '%s\\n' '--- 10.2.0.11 ping statistics ---' '20 packets transmitted, 19 received, 5% packet loss, time 3812ms' 'rtt min/avg/max/mdev = 20.114/21.702/40.954/1.210 ms' ;;
*) echo '20 packets transmitted, 0 received, 100% packet loss, time 3900ms'; exit 1 ;;
esac`;
  const env = await withTools("ping", { ping });
  const rows = records(await run("link", ["10.2.0.11,1500", "10.3.0.11,1500"], env))!
    .map((row) => row.join(" "))
    .sort();
  t.deepEqual(rows, [
    "loss 10.2.0.11 5",
    "loss 10.3.0.11 100",
    "packet 10.2.0.11 1420 told",
    "round 10.2.0.11 20.114 21.702 40.954",
  ]);
});

const host = (name: string, endpoint: string): SubjectHost => ({
  ...subject.hosts[0]!,
  name,
  endpoint,
  address: "127.0.0.1",
  ports: [],
});

test.serial("over SSH: facts, and a clock as far off as that of this machine", async (t) => {
  sshd.know();
  const look = await lookAt(host("x", sshd.endpoint));
  t.is(look.refusal, undefined);
  t.is(look.facts?.kernel.name, "Linux");
  t.true(Math.abs(look.clock!.offset) <= look.clock!.within + 0.05);
});

test.serial("over SSH: every declared flow", async (t) => {
  sshd.know();
  const [tcp, udp] = [await freePort(), await freePort()];
  const hosts = [host("x", sshd.endpoint), host("y", "unix:///var/run/docker.sock")];
  const flows = [
    { name: "a", protocol: "tcp" as const, port: tcp, from: ["x", "y"], to: ["x"] },
    { name: "b", protocol: "udp" as const, port: udp, from: ["x"], to: ["y"] },
    { name: "c", protocol: "tcp" as const, port: 9, from: ["x"], to: ["nowhere.invalid"] },
  ];
  const whole: Subject = { ...subject, hosts, flows };
  const looks = await Promise.all(hosts.map((each) => lookAt(each)));
  const { tried, untried } = await tryFlows(whole, looks, () => {});
  t.deepEqual(tried.map(({ from, to, way, result }) => `${from} ${to} ${way} ${result}`).sort(), [
    "x nowhere.invalid tcp unresolved",
    "x y udp-echo open",
    "y x tcp-echo open",
  ]);
  t.deepEqual(untried, []);
  const left = await run("reach", [word, `tcp,127.0.0.1,${tcp}`]);
  t.regex(left, /\trefused\t/);
});

for (const [key, kind] of [
  ["another", "host-key"],
  ["none", "host-key"],
] as const) {
  test.serial(`a host key that is ${key}`, async (t) => {
    const other = await startSshd();
    other.know(key);
    const { refusal, facts } = await lookAt(host("x", other.endpoint));
    other.close();
    t.is(facts, undefined);
    t.is(refusal?.kind, kind);
    t.regex(refusal!.why, /host key/);
    t.true(refusal!.mend.length > 20);
  });
}

test.serial("nobody there", async (t) => {
  const { refusal } = await lookAt(host("x", `ssh://somebody@127.0.0.1:${await freePort()}`));
  t.is(refusal?.kind, "unreachable");
});
