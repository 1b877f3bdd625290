// Settings that people really wrote (trials T05 to T07), each with the answer that is right.
import test from "ava";
import { readSettings } from "../../../stacks/settings.ts";
import { lab, small, type Values } from "../small.ts";

const GIB = 2 ** 30;

/** What is said of a small environment with these settings in place of others, a line each: where, given, expected, mend. */
function said(change: Values, base: () => Values = small): string[] {
  try {
    readSettings({
      file: "/nowhere/Pulumi.small.yaml",
      values: { ...base(), ...change },
      memory: 4 * GIB,
    });
    return [];
  } catch (error) {
    const [, ...problems] = (error as Error).message.split("\n\n");
    return problems.map((problem) => problem.trim().replaceAll(/\n +(given|expected|mend): +/g, " | "));
  }
}
const tells = test.macro<[Values, string | string[], (() => Values)?]>((t, change, expected, base) =>
  t.deepEqual(said(change, base), [expected].flat()),
);

const cluster = '1 to 32 letters, digits, "-", "_" or "." | correct it';
for (const name of ["a b", 'a"b', "a'b", "$(id)", "a\nb", "a#b", "x".repeat(33), "ü".repeat(20), ""]) {
  const given = JSON.stringify(name);
  test(
    `T05: database.cluster ${given}`,
    tells,
    { database: { cluster: name } },
    `database.cluster | ${given} | ${cluster}`,
  );
}
test("T05: as people name theirs", tells, { database: { cluster: "icinga-galera_1.x" } }, []);

const server = "the name or the address of a server | correct it";
for (const source of ["pool x", "x nts", "", "a\nb", "a..b", "999.1.1.1", "127.0.0.1", "localhost", "0.0.0.0"]) {
  const given = JSON.stringify(source);
  test(
    `T06: time.upstream ${given}`,
    tells,
    { time: { upstream: [source] } },
    `time.upstream[0] | ${given} | ${server}`,
  );
}
test(
  "T06: time sources as people have them",
  tells,
  { time: { upstream: ["0.pool.ntp.org", "192.0.2.1", "2001:db8::1", "ntp1"] } },
  [],
);
test(
  "T06: a time source twice",
  tells,
  { time: { upstream: ["a", "a"] } },
  'time.upstream[1] | "a" | each of them once | correct it',
);
test(
  "T06: a time source that is the site itself",
  tells,
  { time: { upstream: ["10.1.0.11"] } },
  "time.upstream[0] | 10.1.0.11, which is a1 itself | a time source beyond this environment | name another one, or none",
);
test(
  "T06: a time source inside a lab",
  tells,
  { time: { upstream: ["10.2.0.99"] } },
  "time.upstream[0] | 10.2.0.99, in the lab's own 10.2.0.0/24 | a time source beyond this environment | name another one, or none",
  lab,
);

const dns = "a DNS server beyond this environment | name another one, or none";
test(
  "T06: a DNS server that asks itself",
  tells,
  { dns: { upstream: ["10.2.0.11"] } },
  `dns.upstream[0] | 10.2.0.11, which is a2 itself | ${dns}`,
);
test(
  "T06: a DNS server inside a lab",
  tells,
  { dns: { upstream: ["10.1.0.99"] } },
  `dns.upstream[0] | 10.1.0.99, in the lab's own 10.1.0.0/24 | ${dns}`,
  lab,
);
test(
  "T06: a DNS server twice",
  tells,
  { dns: { upstream: ["9.9.9.9", "9.9.9.9"] } },
  'dns.upstream[1] | "9.9.9.9" | each of them once | correct it',
);
for (const address of ["127.0.0.1", "127.0.0.53", "0.0.0.0", "255.255.255.255", "224.0.0.1"]) {
  test(
    `T06: dns.upstream ${address}`,
    tells,
    { dns: { upstream: [address] } },
    `dns.upstream[0] | "${address}" | the address of a server on another machine | correct it`,
  );
}
test("T06: DNS servers beside the hosts", tells, { dns: { upstream: ["10.1.0.53", "192.0.2.53"] } }, []);

const login = 'a login of letters, digits, "-", "_", "." or "@" | correct it';
for (const user of ["*", "a,b", "a\nb", 'a"b', "a'b", "", "[x]", "ü"]) {
  const given = JSON.stringify(user);
  test(`T06: web.user ${given}`, tells, { web: { user } }, `web.user | ${given} | ${login}`);
}
for (const address of ["255.255.255.255", "224.0.0.1", "0.0.0.1"]) {
  test(
    `T06: web.address ${address}`,
    tells,
    { web: { address } },
    `web.address | "${address}" | an address of the machine, or 0.0.0.0 for all of them | correct it`,
  );
}

const image = 'the name of an image, such as "registry.example/consul:1.20" | correct it';
for (const name of ["a b", "", "A/b", "-x", "x:", "a\n", "https://registry.example/consul"]) {
  const given = JSON.stringify(name);
  test(`T06: images.consul ${given}`, tells, { images: { consul: name } }, `images.consul | ${given} | ${image}`);
}
test(
  "T06: images as people name them",
  tells,
  {
    images: {
      consul: "hashicorp/consul:1.20",
      bind: `registry.example:5000/a/b_c@sha256:${"0".repeat(64)}`,
      galera: "localhost/mine",
      chrony: "chrony",
    },
  },
  [],
);
test(
  "T06: an image of another name",
  tells,
  { images: { consl: "x" } },
  `images.consl | the unknown name "consl" | one of pod, chrony, consul, galera, arbitrator, supervisor, bind, icingadb, icinga, icingaweb, proxy, target, receiver | write "consul"`,
);

const notify = (recipient: Values, more: Values = {}) => ({
  monitoring: { notify: [{ name: "pager", ...recipient }] },
  ...more,
});
for (const url of ['http://192.0.2.1/"x', "http://192.0.2.1/'x", 'http://a"b/', "http://192.0.2.1/ x"]) {
  test(
    `T06: monitoring.notify.url ${url}`,
    tells,
    notify({ url }),
    `monitoring.notify[0].url | ${JSON.stringify(url)} | an address without quotes and spaces, which are written as %22, %27 and %20 | correct it`,
  );
}
const unresolved =
  "without dns.upstream, so that nobody resolves it | an address, or a name that a DNS server knows | write its address, or add dns.upstream";
const mail = { server: "mail.example", from: "icinga@example.org", to: ["ops@example.org"] };
test(
  "T06: a pager by name, and nobody to ask for it",
  tells,
  notify({ url: "https://pager.example:8443/hook" }),
  `monitoring.notify[0].url | the name "pager.example" ${unresolved}`,
);
test(
  "T06: a mail server by name, and nobody to ask for it",
  tells,
  notify({ mail }),
  `monitoring.notify[0].mail.server | the name "mail.example" ${unresolved}`,
);
test(
  "T06: a pager by name with a DNS server",
  tells,
  notify({ url: "https://pager.example/" }, { dns: { upstream: ["192.0.2.53"] } }),
  [],
);
test(
  "T06: a pager by its address, and by a name of Consul's",
  tells,
  {
    monitoring: {
      notify: [
        { name: "a", url: "http://192.0.2.1:8080/a?b=%22#c" },
        { name: "b", url: "http://pager.service.consul/" },
        { name: "c", url: "http://[2001:db8::1]/" },
        { name: "d", mail: { ...mail, server: "localhost" } },
      ],
    },
  },
  [],
);

test(
  "T06: experiments that are none",
  tells,
  { allowChaos: ["nothing-at-all-like-it", "databse-kill", "database-kill"] },
  [
    'allowChaos[0] | "nothing-at-all-like-it" | the name of an experiment | trivet chaos <environment> --list tells all',
    'allowChaos[1] | "databse-kill" | the name of an experiment | write "database-kill"',
  ],
);
test(
  "T06: experiments by a word",
  tells,
  { allowChaos: "yes" },
  'allowChaos | "yes" | true, false, or a list of experiments such as ["database-kill"], each once | correct it',
);
test(
  "T06: a blast of more domains than there are",
  tells,
  { chaos: { blastRadius: 4 } },
  "chaos.blastRadius | 4, with 3 domains | no more than there are failure domains | write 3 or less",
);
test("T06: a blast of all domains", tells, { chaos: { blastRadius: 3 } }, []);
test("T06: a misspelt namespace", (t) => {
  const error = t.throws(() =>
    readSettings({
      file: "Pulumi.x.yaml",
      values: small(),
      strangers: ["trivt:database", "docker:host", "run:without"],
    }),
  );
  t.is(
    error.message,
    'Settings in Pulumi.x.yaml: 1 problem\n\n  trivt:database\n    given:    the unknown namespace "trivt"\n    expected: trivet\n    mend:     write "trivet:database"',
  );
});

for (const checkInterval of ["0s", "0.1ms", "999ms", "2d"]) {
  test(
    `T07: monitoring.checkInterval ${checkInterval}`,
    tells,
    { monitoring: { checkInterval } },
    `monitoring.checkInterval | "${checkInterval}" | a duration, "1s" to "1d" | correct it`,
  );
}
test(
  "T07: pools beyond this machine's memory",
  tells,
  { database: { innodbBufferPoolSize: "2G" } },
  'database.innodbBufferPoolSize | "2G" on each of 3 nodes, with 4096M of memory in all | buffer pools that fit into this machine\'s memory together | write a smaller size',
  lab,
);
test("T07: pools that fit, and those of real hosts", (t) => {
  t.deepEqual(said({ database: { innodbBufferPoolSize: "1G" } }, lab), []);
  t.deepEqual(said({ database: { innodbBufferPoolSize: "64G" } }), []);
});
test(
  "T07: a cache that fits into no file",
  tells,
  { database: { writeRate: "1G", toleratedOutage: "365d" } },
  'database.writeRate | "1G" for 365d, from which a cache above 16384G follows | a cache that fits into one file | lower writeRate or toleratedOutage',
);
test(
  "T07: times longer than anybody waits",
  tells,
  { chaos: { budgets: { evict: `${"9".repeat(300)}d` } } },
  `chaos.budgets.evict | "${"9".repeat(79)}… | a duration of 36500d at most | correct it`,
);
test(
  "T07: all of them at once",
  tells,
  {
    monitoring: { checkInterval: "0s" },
    time: { warning: "2s", critical: "1s" },
    database: {
      diskWarning: 95,
      diskFull: 90,
      innodbBufferPoolSize: "2G",
      innodbBufferPoolSizeMax: "1G",
      maxWsSize: "3G",
      gcacheSize: "1G",
      writeRate: "1M",
      evs: { installTimeout: "20s" },
    },
  },
  [
    'monitoring.checkInterval | "0s" | a duration, "1s" to "1d" | correct it',
    "database.evs.installTimeout | 20 s with evs.inactiveTimeout 5 s (profile lan) | no more than inactiveTimeout | lower installTimeout to 5 s, or raise inactiveTimeout to 20 s",
    'database.gcacheSize | "1G" beside writeRate or toleratedOutage, from which it would follow | one or the other | leave gcacheSize out, or the two',
    'database.innodbBufferPoolSize | "2G" above innodbBufferPoolSizeMax "1G" | no more than that | raise the maximum (with a restart of each node), or lower the size',
    'database.maxWsSize | "3G" | less than "2G", the most that Galera takes | lower it, and split larger transactions',
    "database.diskWarning | 95 with 90 percent as full | that it warns before the disk is full | lower the warning, or raise the limit from which it is full",
    "time.warning | 2 s with 1 s as critical | that it warns before a node is kept from clients | lower the warning, or raise the critical limit",
  ],
);
test(
  "T07: writeRate alone",
  tells,
  { database: { writeRate: "1M" } },
  'database.writeRate | "1M" without toleratedOutage | both, or neither, since the cache is what is written in a second, times the seconds that a node may be away | add toleratedOutage, or leave writeRate out',
);
