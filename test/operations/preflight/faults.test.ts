import test from "ava";
import type { Finding } from "../../../operations/preflight/finding.ts";
import type { Link, Tried } from "../../../operations/preflight/look.ts";
import { found, type Planted, short, sight, type subject, wan } from "./sound.ts";

/** One fault, exactly one finding, and what it says. */
function fault(title: string, planted: Planted, expected: string, given: RegExp, mend?: RegExp) {
  test(title, (t) => {
    const findings = found(planted);
    t.deepEqual(short(findings), [expected]);
    const [finding] = findings as [Finding];
    t.regex(finding.given, given);
    if (mend) t.regex(finding.mend, mend);
    for (const text of [finding.expected, finding.breaks]) t.true(text.length > 3);
  });
}
/** A line of host b's facts, with the name up to its values, in place of the sound one. */
const line = (name: string, values: string): Planted => ({
  text: (text) => text.replace(new RegExp(`^${name}\t.*$`, "m"), `${name}\t${values}`),
});
const more = (...lines: string[]): Planted => ({ text: (text) => text.replace(/^end$/m, `${lines.join("\n")}\nend`) });
const info = (from: string, to: string): Planted => ({ text: (text) => text.replace(from, to) });
const refusal = (kind: "host-key" | "login" | "unreachable" | "no-shell", why: string): Planted => ({
  looks: (looks) =>
    looks.map((look) => (look.host.name === "b" ? { host: look.host, refusal: { kind, why, mend: "ask" } } : look)),
});
const database = (change: Partial<(typeof subject)["database"]>): Planted => ({
  subject: (given) => ({ ...given, database: { ...given.database, ...change } }),
});
const clock = (offset: number, within = 0.01): Planted => ({
  looks: (looks) => looks.map((look) => (look.host.name === "b" ? { ...look, clock: { offset, within } } : look)),
});
const toB = (change: Partial<Tried>): Planted => ({
  tried: (tried) => tried.map((each) => (each.to === "b" && each.from === "a" ? { ...each, ...change } : each)),
});
const fromA = (change: Partial<Link>): Planted => ({
  links: (links) => links.map((each) => (each.from === "a" && each.to === "b" ? { ...each, ...change } : each)),
});

test("sound hosts give no finding", (t) => {
  t.deepEqual(found(), []);
});

fault(
  "another host key",
  refusal("host-key", "its host key is another one than the known one"),
  "error b host-key",
  /another one/,
);
fault("no key lets in", refusal("login", "it accepts none of this user's keys"), "error b login", /none of/);
fault("no answer by SSH", refusal("unreachable", "it does not answer"), "error b unreachable", /does not answer/);
fault("a shell that runs nothing", refusal("no-shell", "bash did not run"), "error b no-shell", /bash/);

fault("another system", line("os", "alpine\t\t3.20.3\tAlpine Linux v3.20"), "notice b operating-system", /Alpine/);
fault(
  "an old Debian",
  line("os", "debian\t\t11\tDebian GNU/Linux 11 (bullseye)"),
  "notice b operating-system",
  /bullseye/,
);
fault("another architecture", line("kernel", "Linux\t6.12.48+deb13-arm64\taarch64"), "error b architecture", /aarch64/);

fault(
  "no Docker",
  { text: (text) => text.replace(/^docker-client.*\ndocker-info.*$/m, "missing\tdocker") },
  "error b docker-missing",
  /no docker/,
  /^trivet hosts prepare three --host b --apply; by hand: sudo apt-get install docker\.io$/,
);
fault(
  "Podman in the place of Docker",
  {
    text: (text) =>
      text.replace(
        /^docker-client.*\ndocker-info.*$/m,
        "docker-client\tpodman version 5.4.2\ndocker-complaint\tEmulate Docker CLI using podman. Create /etc/containers/nodocker to quiet msg.",
      ),
  },
  "error b docker-missing",
  /podman version 5/,
);
fault(
  "a user who may not use Docker",
  {
    text: (text) =>
      text.replace(
        /^docker-info.*$/m,
        'docker-info\t{"ID":"","Driver":"","ServerVersion":"","LiveRestoreEnabled":false,"Swarm":null,"ServerErrors":["permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get \\"http://%2Fvar%2Frun%2Fdocker.sock/v1.45/info\\": dial unix /var/run/docker.sock: connect: permission denied"]}\ndocker-complaint\t(exit code 1)',
      ),
  },
  "error b docker-access",
  /trivet may not/,
  /usermod -aG docker trivet/,
);
fault(
  "a daemon that does not run",
  {
    text: (text) =>
      text.replace(
        /^docker-info.*$/m,
        'docker-info\t{"ID":"","ServerErrors":["Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?"],"ClientInfo":{"Version":"26.1.5"}}\ndocker-complaint\t(exit code 1)',
      ),
  },
  "error b docker-down",
  /Cannot connect/,
  /systemctl enable --now docker/,
);
fault(
  "a daemon that hangs",
  { text: (text) => text.replace(/^docker-info.*$/m, "docker-complaint\t(exit code 124)") },
  "error b docker-down",
  /124/,
);
fault(
  "an old Docker",
  info('"ServerVersion":"26.1.5+dfsg1"', '"ServerVersion":"19.03.15"'),
  "error b docker-version",
  /19\.03/,
);
fault("layers that are copied", info('"overlay2"', '"vfs"'), "warning b storage-driver", /vfs/);
fault(
  "a rootless daemon",
  info('"name=cgroupns"', '"name=cgroupns","name=rootless"'),
  "error b docker-rootless",
  /rootless/,
);
fault("a node of a swarm", info('"inactive"', '"active"'), "warning b swarm", /active/);
fault(
  "without live-restore",
  info('"LiveRestoreEnabled":true', '"LiveRestoreEnabled":false'),
  "notice b live-restore",
  /off/,
  /^trivet hosts prepare three --host b --apply; by hand: /,
);
fault("two hosts by one daemon", info("0b3c4d5e-b", "0b3c4d5e-a"), "error b shared-daemon", /daemon of a/);
fault(
  "a proxy before the site's registry",
  {
    ...info('"HttpsProxy":""', '"HttpsProxy":"http://proxy.corp:3128"'),
    subject: (given) => ({ ...given, registries: ["registry.corp:5000"] }),
  },
  "warning b proxy",
  /registry\.corp:5000 by way of http:\/\/proxy\.corp/,
  /add registry\.corp to NO_PROXY/,
);
test("a proxy that the registry is excepted from is in nobody's way, nor is one where no registry is named", (t) => {
  const registries = (given: typeof subject) => ({ ...given, registries: ["registry.corp:5000"] });
  for (const direct of ["localhost,.corp", "registry.corp", "*", "10.0.0.0/8, registry.corp:5000"]) {
    const planted = info('"HttpsProxy":"","NoProxy":""', `"HttpsProxy":"http://proxy.corp:3128","NoProxy":"${direct}"`);
    t.deepEqual(found({ ...planted, subject: registries }), [], direct);
  }
  t.deepEqual(found(info('"HttpsProxy":""', '"HttpsProxy":"http://proxy.corp:3128"')), []);
});

fault("a busy host", line("load", "9.31\t8.80\t8.51"), "warning b load", /8\.51 over 15 minutes, with 4 processors/);
fault(
  "too little memory for the pool",
  line("memory", "1014212\t702344\t0"),
  "error b memory",
  /1\.0 GiB in all, for a buffer pool of 1\.0 GiB/,
);
fault("memory for the pool and little else", line("memory", "1258291\t902344\t0"), "warning b memory", /1\.2 GiB/);
fault(
  "too little memory for the pools of a lab, which are on one machine",
  {
    looks: (looks) =>
      looks.map((look) => (look.host.name === "b" ? { ...look, host: { ...look.host, databases: 9 } } : look)),
  },
  "error b memory",
  /7\.8 GiB in all, for 9 buffer pools of 1\.0 GiB/,
);
fault(
  "a full disk",
  line("disk", "/var/lib/docker\t/dev/vda1\t41018024\t38467012\t434972"),
  "error b disk-full",
  /98 % full: 0\.4 GiB free/,
  /docker system df/,
);
fault(
  "a disk that fills",
  line("disk", "/var/lib/docker\t/dev/vda1\t41018024\t33467012\t5434972"),
  "warning b disk-fills",
  /86 % full/,
);
fault(
  "too small a disk",
  line("disk", "/\t/dev/vda1\t4018024\t2000000\t2018024"),
  "error b disk-full",
  /49 % full: 1\.9 GiB free/,
);
test("of a large disk only its last part counts where the settings say so", (t) => {
  const planted = line("disk", "/var/lib/docker\t/dev/vda1\t1041018024\t933467012\t54349720");
  t.deepEqual(short(found(planted)), ["warning b disk-fills"]);
  t.deepEqual(found({ ...planted, ...database({ disk: { warning: 80, full: 95, counted: 40 * 2 ** 30 } }) }), []);
});
fault(
  "no inodes left",
  line("inodes", "/var/lib/docker\t2621440\t12"),
  "error b inodes",
  /99 % of the inodes of \/var\/lib\/docker/,
);
fault("few inodes left", line("inodes", "/var/lib/docker\t2621440\t302144"), "warning b inodes", /88 %/);
test("btrfs has as many inodes as it wants", (t) => {
  t.deepEqual(found(line("inodes", "/var/lib/docker\t0\t0")), []);
});

fault("SELinux enforcing", line("selinux", "Enforcing"), "error b selinux", /enforcing/, /setenforce 0/);
fault("AppArmor in the kernel alone", line("apparmor", "Y\tno"), "error b apparmor", /apparmor_parser/);

fault(
  "a clock 1,900 s behind",
  clock(-1900.4),
  "error b clock",
  /1,900 s behind c, 1,900 s behind a/,
  /date -u -s "\+1900\.4\d\d seconds"/,
);
fault("a clock that is a little off", clock(0.31), "warning b clock", /0\.310 s ahead of a/);
fault(
  "a clock that can't be read",
  {
    looks: (looks) =>
      looks.map(({ host, facts, clock }) => (host.name === "b" ? { host, facts } : { host, facts, clock })),
  },
  "warning b clock-unseen",
  /gave no time/,
);
test("a clock is not said to be off by less than it could be measured", (t) => {
  t.deepEqual(found(clock(1.2, 1.4)), []);
});
test("of two clocks nobody knows which is right: both are told", (t) => {
  const two = clock(-1900);
  const findings = found({ looks: (looks) => two.looks!(looks).filter(({ host }) => host.name !== "c") });
  t.deepEqual(short(findings), ["error a clock", "error b clock"]);
});
fault(
  "Debian's own chrony",
  more("daemon\tchronyd\t733\t\tchrony.service"),
  "error b time-daemon",
  /chronyd \(process 733\)/,
  /^trivet hosts prepare three --host b --apply; by hand: sudo systemctl disable --now chrony$/,
);
fault(
  "systemd's own time client",
  more("daemon\tsystemd-timesyn\t402\t\tsystemd-timesyncd.service"),
  "error b time-daemon",
  /systemd-timesyncd \(process 402\)/,
  /disable --now systemd-timesyncd$/,
);
fault(
  "an NTP daemon without systemd",
  more("daemon\tntpd\t402\t\t"),
  "error b time-daemon",
  /ntpd/,
  /disable --now ntp$/,
);
test("Trivet's chrony, in its container, is nobody else", (t) => {
  const id = "c".repeat(64);
  t.deepEqual(
    found(more(`container\t${id}\ttrivet-three-b-chrony\tthree\t`, `daemon\tchronyd\t733\t${id}\tdocker.service`)),
    [],
  );
});

fault(
  "MariaDB of the host's own",
  more("listener\ttcp\t127.0.0.1:3306\tmariadbd\t845\t\tmariadb.service"),
  "error b port-taken",
  /mariadbd \(process 845\) holds 3306\/tcp/,
  /disable --now mariadb,/,
);
fault(
  "dnsmasq of the host's own",
  more(
    "listener\tudp\t0.0.0.0:53\tdnsmasq\t650\t\tdnsmasq.service",
    "listener\ttcp\t0.0.0.0:53\tdnsmasq\t650\t\tdnsmasq.service",
    "listener\ttcp\t[::]:53\tdnsmasq\t650\t\tdnsmasq.service",
  ),
  "error b port-taken",
  /^dnsmasq \(process 650\) holds 53\/tcp, 53\/udp$/,
  /disable --now dnsmasq,/,
);
fault(
  "Consul of the host's own",
  more("listener\ttcp\t127.0.0.1:8500\tconsul\t900\t\tconsul.service"),
  "error b port-taken",
  /consul/,
  /disable --now consul,/,
);
fault("a program of no unit", more("listener\ttcp\t*:8500\tjava\t900\t\t"), "error b port-taken", /java/, /ps -fp 900/);
fault(
  "a container of somebody's",
  more(
    `container\t${"d".repeat(64)}\tmysql-test\t\t0.0.0.0:3306->3306/tcp, :::3306->3306/tcp`,
    "listener\ttcp\t0.0.0.0:3306\tdocker-proxy\t77\t\tdocker.service",
  ),
  "error b port-taken",
  /the container mysql-test holds 3306/,
  /docker stop mysql-test/,
);
fault(
  "somebody whom only root sees",
  { text: (text) => more("listener\ttcp\t0.0.0.0:3306\t\t\t\t").text!(text).replace("trivet\tsudo", "trivet\tno") },
  "error b port-taken",
  /only root sees/,
);
test("what listens there may be Trivet's own", (t) => {
  const id = "e".repeat(64);
  const own = `container\t${id}\ttrivet-three-b-galera\tthree\t`;
  t.deepEqual(found(more(own, `listener\ttcp\t0.0.0.0:3306\tmariadbd\t77\t${id}\tdocker.service`)), []);
  const unseen = more(own, "listener\ttcp\t0.0.0.0:3306\t\t\t\t").text!;
  t.deepEqual(found({ text: (text) => unseen(text).replace("trivet\tsudo", "trivet\tno") }), []);
  t.deepEqual(
    short(found(more(own.replace("\tthree", "\tother"), `listener\ttcp\t0.0.0.0:3306\tmariadbd\t77\t${id}\t`))),
    ["error b port-taken"],
  );
});

fault(
  "an address that the host does not have",
  line("address\teth0", "192.168.7.4/24\t1500"),
  "error b address",
  /no 10\.2\.0\.11 on it, but 192\.168\.7\.4, 172\.17\.0\.1/,
);
fault(
  "a bridge over a site's subnet",
  more("address\tbr-0123456789ab\t10.3.0.1/16\t1500"),
  "error b subnet-overlap",
  /10\.3\.0\.1\/16 on br-0123456789ab/,
  /^trivet hosts prepare three --host b --apply gives Docker other addresses/,
);

fault(
  "a closed flow",
  toB({ result: "silent", took: undefined }),
  "error b flow-closed",
  /^tcp 3306 of b from a: no answer$/,
  /trivet firewall three --csv/,
);
fault(
  "a flow that Trivet's own table drops",
  {
    ...toB({ result: "silent", took: undefined }),
    text: (text) => text.replace("firewall\tnftables\tinet filter", "firewall\tnftables\tinet trivet"),
  },
  "error b flow-closed",
  /^tcp 3306 of b from a: no answer$/,
  /^trivet hosts prepare three --host b --apply, where its rules are older than the settings; else /,
);
fault(
  "a flow that firewalld refuses",
  {
    ...toB({ result: "unreachable", took: undefined }),
    text: (text) =>
      text.replace("firewall\tnftables\tinet filter", "firewall\tfirewalld\nfirewall\tnftables\tinet firewalld"),
  },
  "error b flow-closed",
  /no way there/,
  /firewall-cmd .*source address=10\.1\.0\.11 port port=3306 protocol=tcp accept/,
);
fault(
  "a flow that ufw refuses",
  {
    ...toB({ result: "refused", took: undefined }),
    text: (text) => text.replace("firewall\tnftables\tinet filter", "firewall\tufw"),
  },
  "error b flow-closed",
  /refused/,
  /ufw allow proto tcp from 10\.1\.0\.11 to any port 3306;/,
);
test("a host that is closed to all is told once, with its ports", (t) => {
  const findings = found({
    tried: (tried) =>
      tried.flatMap((each) =>
        each.to === "b"
          ? [3306, 4567].flatMap((port) =>
              (["tcp", "udp"] as const).map((protocol) => ({ ...each, port, protocol, result: "silent" })),
            )
          : [each],
      ),
  });
  t.deepEqual(
    findings.map(({ given }) => given),
    ["tcp 3306, 4567, udp 3306, 4567 of b from a, c: no answer"],
  );
});
fault(
  "an upstream that does not answer",
  {
    tried: (tried) => [
      ...tried,
      {
        ...tried[0]!,
        to: "10.9.0.53",
        target: "10.9.0.53",
        port: 53,
        protocol: "udp",
        way: "dns",
        flows: ["DNS upstream"],
        result: "silent",
      },
    ],
  },
  "error a outside-closed",
  /udp 53 of 10\.9\.0\.53 from a/,
);
fault(
  "a pager that nobody resolves",
  {
    tried: (tried) => [
      ...tried,
      {
        ...tried[0]!,
        to: "pager.corp",
        target: "pager.corp",
        port: 443,
        way: "tcp",
        flows: ["Notifications to pager"],
        result: "unresolved",
      },
    ],
  },
  "warning a outside-closed",
  /tcp 443 of pager\.corp from a: the name is not resolved/,
);
const untried = { ...sight().tried[0]!, to: "b", target: "10.2.0.11" };
fault(
  "no perl",
  { untried: [{ ...untried, reason: { kind: "no-perl" } }] },
  "warning b flow-untried",
  /tcp 3306 of b: .*without perl/,
  /install perl/,
);
fault(
  "UDP of a program that runs",
  { untried: [{ ...untried, protocol: "udp", port: 8301, reason: { kind: "held", program: "consul" } }] },
  "notice b flow-untried",
  /udp 8301 of b: by UDP, consul has no answer/,
);
fault(
  "no ping",
  { untried: [{ ...untried, protocol: "icmp", port: 0, reason: { kind: "no-ping" } }] },
  "warning a flow-untried",
  /ping of b: there is no ping/,
);

fault(
  "a tunnel that loses large packets",
  fromA({ packet: { size: 1420, told: false } }),
  "error a packet-size",
  /1420 bytes at most pass to b in one piece, and nothing says so/,
  /ip link set dev eth0 mtu 1420/,
);
fault(
  "a tunnel that says so",
  fromA({ packet: { size: 1420, told: true } }),
  "notice a packet-size",
  /as a router says/,
);
fault("no large packet at all", fromA({ packet: undefined }), "error a packet-size", /no large packet/);
fault(
  "a connection that stands still",
  {
    links: () => [],
    tried: (tried) =>
      tried.map((each) => (each.from === "a" && each.to === "b" ? { ...each, result: "stalled" } : each)),
  },
  "error a packet-size",
  /a connection to b opens \(tcp 3306\)/,
);

fault(
  "a far domain",
  fromA({ round: { least: 120, average: 131.2, most: 190 } }),
  "warning all galera-profile",
  /131\.2 ms and 0 % loss from a to b, with database\.profile lan/,
  /profile: wan/,
);
fault("a link that loses", fromA({ loss: 4 }), "warning all galera-profile", /4 % loss from a to b/);
fault(
  "a far domain, where nobody answers a ping",
  { links: () => [], tried: (tried) => tried.map((each) => ({ ...each, took: 140 })) },
  "warning all galera-profile",
  /140\.0 ms from a to b/,
);
fault(
  "near domains with the profile for far ones",
  database({ profile: "wan", periods: wan }),
  "notice all galera-profile",
  /1\.4 ms and 0 % loss/,
  /profile: lan/,
);
test("far domains with the profile for them are as they should be", (t) => {
  const far = (links: Link[]) => links.map((each) => ({ ...each, round: { least: 120, average: 131, most: 190 } }));
  t.deepEqual(found({ ...database({ profile: "wan", periods: wan }), links: far }), []);
});

fault(
  "a time source that is not resolved",
  more("name\t0.pool.ntp.org\t"),
  "error b dns",
  /0\.pool\.ntp\.org is not resolved there, by 127\.0\.0\.53/,
);
fault("few open files", line("nofile", "1024\t4096"), "warning b open-files", /4096 open files/);
fault("few processes", line("setting\tkernel.pid_max", "4096"), "warning b processes", /4096/);
fault("no asynchronous I/O left", line("setting\tfs.aio-nr", "65000"), "warning b asynchronous-io", /536 of 65536/);
fault("eager to swap", line("setting\tvm.swappiness", "100"), "warning b swappiness", /100, with swap/);
fault(
  "huge pages for all",
  line("setting\ttransparent_hugepage", "[always] madvise never"),
  "notice b huge-pages",
  /on for every program/,
);
fault(
  "no ss",
  { text: (text) => text.replace(/^listener.*\n/gm, "").replace(/^end$/m, "missing\tss\nend") },
  "notice b ports-unseen",
  /no ss/,
);

test("several faults are told at once, the worst first", (t) => {
  const planted = (text: string) =>
    text
      .replace("Disabled", "Enforcing")
      .replace("[madvise]", "madvise")
      .replace("always", "[always]")
      .replace('"overlay2"', '"vfs"');
  t.deepEqual(short(found({ text: planted })), ["error b selinux", "warning b storage-driver", "notice b huge-pages"]);
});
