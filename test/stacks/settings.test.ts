import test from "ava";
import { UserError } from "../../core/errors.ts";
import { structured } from "../../stacks/settings/structured.ts";
import { readSettings } from "../../stacks/settings.ts";
import { complaint, lab, small, type Values } from "./small.ts";

/** A test of the whole message that one change brings about. */
function tells(
  title: string,
  change: (values: Values) => void,
  expected: string | string[],
  base = small,
  secrets: string[] = [],
) {
  test(title, (t) => {
    const problems = [expected].flat();
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    t.is(complaint(change, base(), secrets), [`Settings in Pulumi.small.yaml: ${count}`, ...problems].join("\n\n"));
  });
}

const problem = (where: string, given: string, expected: string, mend: string) =>
  `  ${where}\n    given:    ${given}\n    expected: ${expected}\n    mend:     ${mend}`;

test("right settings are taken, with their defaults", (t) => {
  const { settings, watched } = readSettings({ file: "/nowhere/Pulumi.small.yaml", values: small() });
  t.deepEqual(watched, []);
  t.is(settings.secrets, "generated");
  t.is(settings.monitoring.backend, "icingadb");
  t.is(settings.monitoring.checkInterval, "30s");
  t.deepEqual(settings.web, { address: "127.0.0.1", port: 8080, user: "admin" });
  t.is(settings.lab, undefined);
  t.is(
    complaint(() => {}, lab()),
    "",
  );
});

test("what is thrown is a UserError", (t) => {
  t.throws(() => readSettings({ file: "Pulumi.x.yaml", values: {} }), { instanceOf: UserError });
});

tells(
  "names to look up and proofs without a server to ask",
  (values) => (values.dns = { validate: true, lookup: ["a.example", "b.example"] }),
  [
    problem(
      "dns.validate",
      "true, and no dns.upstream",
      "servers that know names outside .consul",
      "name them under dns.upstream, or remove it",
    ),
    problem(
      "dns.lookup",
      "2 names to look up, and no dns.upstream",
      "servers that know names outside .consul",
      "name them under dns.upstream, or remove it",
    ),
  ],
);
tells(
  "domains that need no proof where nothing needs one",
  (values) => (values.dns = { upstream: ["10.1.0.53"], unsigned: ["corp.internal"] }),
  problem(
    "dns.unsigned",
    "domains that need no proof, and no dns.validate",
    "dns.validate: true, without which no name needs one",
    "add it, or remove dns.unsigned",
  ),
);
tells(
  "a domain that is none, and one twice",
  (values) => (values.dns = { upstream: ["10.1.0.53"], validate: true, unsigned: ["a b", "c.internal", "c.internal"] }),
  [
    problem("dns.unsigned[0]", '"a b"', 'a name in DNS, such as "galeradb.service.consul"', "correct it"),
    problem("dns.unsigned[2]", '"c.internal"', "each of them once", "correct it"),
  ],
);

const roleNames = "one of time, discovery, database, arbitrator, master, satellite, agent, web, entry";
tells(
  "unknown role",
  (values) => (values.hosts[1].roles[0] = "databse"),
  problem("hosts[1].roles[0]", '"databse"', roleNames, 'write "database"'),
);
tells(
  "duplicate host name",
  (values) => (values.hosts[2].name = "a1"),
  problem(
    "hosts[2].name",
    '"a1", which hosts[0] is named already',
    "a name of its own for each host",
    "rename one of the two, or remove it",
  ),
);
tells(
  "duplicate address, a lab's target included",
  (values) => (values.lab.targets = [{ name: "plain", domain: "fd1", address: "10.1.0.11" }]),
  problem(
    "lab.targets[0].address",
    "10.1.0.11, which hosts[0] (a1) has already",
    "an address of its own for each host",
    "give one of the two another address",
  ),
  lab,
);
tells(
  "duplicate address of the lab's receiver",
  (values) => (values.lab.receiver = { name: "pager", domain: "fd1", address: "10.1.0.11" }),
  problem(
    "lab.receiver.address",
    "10.1.0.11, which hosts[0] (a1) has already",
    "an address of its own for each host",
    "give one of the two another address",
  ),
  lab,
);
tells(
  "notifications to what is no web address",
  (values) => (values.monitoring = { notify: [{ name: "pager", url: "mailto:me@example.org" }] }),
  problem(
    "monitoring.notify[0].url",
    '"mailto:me@example.org"',
    'an address such as "https://pager.example/hook"',
    "correct it",
  ),
);
const ops = { server: "mail.example", from: "icinga@example.org", to: ["ops@example.org"] };
tells(
  "notifications by two ways at once",
  (values) => (values.monitoring = { notify: [{ name: "pager", url: "https://pager.example/", mail: ops }] }),
  problem("monitoring.notify[0]", '"url, mail"', "one of url, mail and command", "correct it"),
);
tells(
  "notifications by no way",
  (values) => (values.monitoring = { notify: [{ name: "pager" }] }),
  problem("monitoring.notify[0]", "nothing", "one of url, mail and command", "add it"),
);
tells(
  "a password that anybody reads on its way to the mail server",
  (values) =>
    (values.monitoring = { notify: [{ name: "pager", mail: { ...ops, user: "icinga", password: "secret" } }] }),
  problem(
    "monitoring.notify[0].mail.security",
    '"none"',
    "starttls or tls, so that nobody reads the password on its way",
    "correct it",
  ),
);
tells(
  "an unknown name of a recipient",
  (values) => (values.monitoring = { notify: [{ name: "pager", url: "https://pager.example/", timeuot: "5s" }] }),
  problem(
    "monitoring.notify[0].timeuot",
    'the unknown name "timeuot"',
    "one of name, url, mail, command, timeout, giveUpAfter, ca",
    'write "timeout"',
  ),
);
tells(
  "address outside its domain's subnet",
  (values) => (values.hosts[1].address = "10.1.0.12"),
  problem(
    "hosts[1].address",
    "10.1.0.12",
    "an address in 10.2.0.0/24, the subnet of its domain fd2",
    "correct the address, or the domain",
  ),
);
tells(
  "address that the lab itself takes",
  (values) => (values.hosts[1].address = "10.2.0.2"),
  problem("hosts[1].address", "10.2.0.2, the lab's router of 10.2.0.0/24", "an address for a host", "take another one"),
  lab,
);
tells(
  "no address at all",
  (values) => (values.hosts[1].address = "10.2.0.256"),
  problem("hosts[1].address", '"10.2.0.256"', 'an IPv4 address, such as "10.1.0.11"', "correct it"),
);
tells(
  "overlapping subnets",
  (values) => values.domains.push({ name: "fd4", subnet: "10.0.0.0/8" }),
  ["10.1.0.0/24 of fd1", "10.2.0.0/24 of fd2", "10.3.0.0/24 of fd3"].map((other) =>
    problem(
      "domains[3].subnet",
      `10.0.0.0/8, which overlaps ${other}`,
      "subnets that share no address",
      "give one of the two domains another subnet",
    ),
  ),
);
tells(
  "subnet that begins in its middle",
  (values) => (values.domains[0].subnet = "10.1.0.9/24"),
  problem("domains[0].subnet", '"10.1.0.9/24"', 'the subnet\'s first address: "10.1.0.0/24"', "correct it"),
);
tells(
  "even quorum of database nodes",
  (values) => {
    values.domains.push({ name: "fd4", subnet: "10.4.0.0/24" });
    values.hosts.push({ name: "a4", domain: "fd4", address: "10.4.0.11", endpoint: "ssh://t@a4", roles: ["database"] });
  },
  problem(
    "hosts",
    "4 hosts with the role database (a1, a2, a3 and a4)",
    "an odd number of database nodes, 3 or more, so that a majority remains when one is lost",
    "give the role to 1 more host",
  ),
);
tells(
  "single discovery node",
  (values) => {
    values.hosts[0].roles = values.hosts[0].roles.filter((role: string) => role !== "discovery");
    values.hosts[1].roles = values.hosts[1].roles.filter((role: string) => role !== "discovery");
  },
  problem(
    "hosts",
    "1 host with the role discovery (a3)",
    "an odd number of Consul servers, 3 or more, so that a majority remains when one is lost",
    "give the role to 2 more hosts (none yet in fd1 and fd2)",
  ),
);
tells(
  "all of a service's nodes in one domain",
  (values) => {
    for (const [index, host] of values.hosts.entries()) {
      host.roles = host.roles.filter((role: string) => role !== "database");
      values.hosts.push({
        name: `db${index}`,
        domain: "fd1",
        address: `10.1.0.2${index}`,
        endpoint: `ssh://t@db${index}`,
        roles: ["database"],
      });
      if (index === 2) break;
    }
  },
  problem(
    "hosts",
    "all 3 database nodes in fd1 (db0, db1 and db2)",
    "no domain with a majority of them, so that one can be lost",
    "move 2 or more of them to other domains",
  ),
);
/** A site of two domains: the third host only votes. */
const arbitrated = (values: Values) => (values.hosts[2].roles = ["arbitrator", "discovery", "time", "satellite"]);
test("two database nodes and an arbitrator", (t) => t.is(complaint(arbitrated), ""));
tells(
  "three database nodes and an arbitrator",
  (values) => {
    values.domains.push({ name: "fd4", subnet: "10.4.0.0/24" });
    values.hosts.push({
      name: "a4",
      domain: "fd4",
      address: "10.4.0.11",
      endpoint: "ssh://t@a4",
      roles: ["arbitrator"],
    });
  },
  problem(
    "hosts",
    "3 hosts with the role database (a1, a2 and a3) and 1 host with the role arbitrator (a4)",
    "an odd number of votes, database nodes and arbitrator together",
    "take the role arbitrator away, or give one more host the role database",
  ),
);
tells(
  "an arbitrator in the domain of a node",
  (values) => {
    arbitrated(values);
    values.hosts[2].roles = ["discovery", "time", "satellite"];
    values.hosts.push({
      name: "a4",
      domain: "fd1",
      address: "10.1.0.12",
      endpoint: "ssh://t@a4",
      roles: ["arbitrator"],
    });
  },
  problem(
    "hosts",
    "2 of 3 votes of the database in fd1 (a1 and a4)",
    "no domain with a majority of them, so that one can be lost",
    "move 1 or more of them to other domains",
  ),
);
tells(
  "one database node and an arbitrator",
  (values) => {
    arbitrated(values);
    values.hosts[1].roles = ["discovery", "time", "master", "web"];
  },
  problem(
    "hosts",
    "1 host with the role database (a1) and 1 host with the role arbitrator (a3)",
    "2 database nodes or more beside the arbitrator, which holds no data",
    "give a host in another domain the role database",
  ),
);
tells(
  "two arbitrators",
  (values) => {
    arbitrated(values);
    values.hosts[1].roles = ["arbitrator", "discovery", "time", "master", "web"];
  },
  problem(
    "hosts",
    "2 hosts with the role arbitrator (a2 and a3)",
    "one arbitrator at the most: a second one makes the votes even again",
    "take the role from all but 1",
  ),
);
tells(
  "two masters in one domain",
  (values) => {
    values.hosts[1].roles = ["database", "discovery", "time", "web"];
    values.hosts.push({ name: "a4", domain: "fd1", address: "10.1.0.12", endpoint: "ssh://t@a4", roles: ["master"] });
  },
  problem(
    "hosts",
    "all 2 Icinga masters in fd1 (a1 and a4)",
    "each in another failure domain, so that one goes on when the other's is down",
    "move all but one of them to other domains",
  ),
);
tells(
  "one master, no web, two entries, no time",
  (values) => {
    values.hosts[0].roles = ["database", "discovery", "master", "entry"];
    values.hosts[1].roles = ["database", "discovery", "entry"];
    values.hosts[2].roles = ["database", "discovery"];
  },
  [
    problem(
      "hosts",
      "no host with the role time",
      "at least one host that serves the time",
      "give a host the role time",
    ),
    problem(
      "hosts",
      "1 host with the role master (a1)",
      "exactly two Icinga masters, of which one goes on when the other's domain is down",
      "give 1 more host the role master",
    ),
    problem(
      "hosts",
      "no host with the role web",
      "at least one host with Icinga Web; two in different domains survive the loss of one",
      "give a host the role web",
    ),
    problem(
      "hosts",
      "2 hosts with the role entry (a1 and a2)",
      "exactly one entry, the one address for people",
      "take the role from all but 1",
    ),
  ],
);
tells(
  "three satellites in a domain",
  (values) => {
    for (const n of [2, 3])
      values.hosts.push({
        name: `s${n}`,
        domain: "fd3",
        address: `10.3.0.${n}`,
        endpoint: `ssh://t@s${n}`,
        roles: ["satellite"],
      });
  },
  problem(
    "hosts",
    "3 satellites in fd3 (a3, s2 and s3)",
    "one or two in a domain: Icinga takes no more in a zone",
    "take the role from all but two",
  ),
);
tells(
  "unknown domain",
  (values) => (values.hosts[1].domain = "fd22"),
  problem("hosts[1].domain", '"fd22"', "a name listed under domains: fd1, fd2, fd3", 'write "fd2"'),
);
const gossipKey = Buffer.alloc(32).toString("base64");
tells(
  "missing secrets, each with its command",
  (values) => Object.assign(values, { secrets: "configured", gossipKey, apiPassword: "x", monitorPassword: "x" }),
  [
    problem(
      "webPassword",
      "nothing",
      'a secret, since the settings say "secrets: configured": the password of the first administrator of Icinga Web',
      "trivet config set small webPassword --secret",
    ),
    problem(
      "databasePassword",
      "nothing",
      'a secret, since the settings say "secrets: configured": the password of the database user that applications log in as',
      "trivet config set small databasePassword --secret",
    ),
  ],
  small,
  ["gossipKey", "apiPassword", "monitorPassword"],
);
tells(
  "a gossip key that Consul would refuse",
  (values) =>
    Object.assign(values, {
      secrets: "configured",
      gossipKey: "c2hvcnQ=",
      ...{ apiPassword: "x", monitorPassword: "x", webPassword: "x", databasePassword: "x" },
    }),
  problem(
    "gossipKey",
    "a secret of another form",
    "the key of Consul's gossip: 32 bytes in base64",
    "openssl rand -base64 32 | trivet config set small gossipKey --secret",
  ),
  small,
  ["gossipKey", "apiPassword", "monitorPassword", "webPassword", "databasePassword"],
);
tells("a secret in clear text, and one that would not be used", (values) => (values.webPassword = "hunter2"), [
  problem(
    "webPassword",
    "a secret of your own",
    "none, since passwords and keys are made in the stack",
    'say "secrets: configured", or remove it: trivet config rm small webPassword',
  ),
  problem("webPassword", "a secret in clear text", "an encrypted one", "trivet config set small webPassword --secret"),
]);
test("a password in the settings is not shown either", (t) => {
  const mail = { ...ops, user: "icinga", password: "hunter2\n", security: "tls" };
  const message = complaint((values) => (values.monitoring = { notify: [{ name: "pager", mail }] }));
  t.notRegex(message, /hunter2/);
  t.regex(message, /notify\[0\]\.mail\.password\n {4}given: {4}a secret\n/);
});
tells(
  "passwords that no line of a file can hold, and what Icinga Web's reader would take for a line break, without a letter of them",
  (values) =>
    Object.assign(values, {
      secrets: "configured",
      gossipKey,
      ...{ apiPassword: "kQ9\\nkQ9", monitorPassword: "kQ9\nkQ9", webPassword: "k".repeat(257), databasePassword: "" },
    }),
  [
    ["apiPassword", 'a text without a backslash before "n" or "r", which Icinga Web reads as a line break'],
    ["monitorPassword", "a text without line breaks and other control characters"],
    ["webPassword", "a text of at most 256 characters"],
    ["databasePassword", "a text that is not empty"],
  ].map(([name, expected]) =>
    problem(name!, "a secret of another form", expected!, `trivet config set small ${name} --secret`),
  ),
  small,
  ["gossipKey", "apiPassword", "monitorPassword", "webPassword", "databasePassword"],
);
test("a password that looks like JSON is a text, and other broken JSON is not quoted", (t) => {
  t.is(structured("monitorPassword", "[kQ9]xyzzy"), "[kQ9]xyzzy");
  t.is(structured("webPassword", '{"a": 1}'), '{"a": 1}');
  t.deepEqual(structured("monitoring", '{"notify": []}'), { notify: [] });
  const message = complaint((values) => (values.monitoring = structured("monitoring", "[kQ9]xyzzy")), small(), [
    "monitoring",
  ]);
  t.notRegex(message, /kQ9|xyzzy/);
  t.regex(message, /monitoring\n {4}given: {4}a secret\n/);
});
test("what is set as a secret is not shown, wherever it is wrong", (t) => {
  const message = complaint((values) => (values.web = { user: 7, port: "hunter2" }), small(), ["web"]);
  t.notRegex(message, /hunter2/);
  t.regex(message, /web\.port\n {4}given: {4}a secret\n/);
});
tells(
  "two roles on one port",
  (values) => values.hosts[0].roles.push("satellite"),
  problem(
    "hosts[0].roles",
    "master (Icinga master) and satellite (Icinga satellite), which both listen on 5665/tcp of a1",
    "services of one host on different ports",
    "give one of the two roles to another host",
  ),
);
tells(
  "entry on the port of Icinga Web",
  (values) => (values.web = { port: 80 }),
  problem(
    "hosts[0].roles",
    "web (Icinga Web) and entry (HAProxy), which both listen on 80/tcp of a1",
    "services of one host on different ports",
    "give one of the two roles to another host, or set another web.port",
  ),
);
tells(
  "one port of the machine published twice",
  (values) => {
    values.hosts[1].publish = [{ port: 13306, target: 3306 }];
    values.hosts[2].publish = [
      { port: 13306, target: 3306 },
      { port: 8080, target: 80, address: "0.0.0.0" },
    ];
  },
  [
    problem(
      "hosts[2].publish[0]",
      "port 13306 of 127.0.0.1, which hosts[1].publish[0] publishes already",
      "a port of the machine for each published port",
      "give one of the two another port",
    ),
    problem(
      "hosts[2].publish[1]",
      "port 8080 of 0.0.0.0, which web.port publishes already",
      "a port of the machine for each published port",
      "give one of the two another port",
    ),
  ],
  lab,
);
tells(
  "a port published on a real host",
  (values) => (values.hosts[1].publish = [{ port: 13306, target: 3306 }]),
  problem(
    "hosts[1].publish[0]",
    "a port to publish, on a real host",
    "nothing: the services of a real host listen on its own address",
    "remove it",
  ),
);
tells(
  "duration without unit",
  (values) => (values.monitoring = { checkInterval: 30 }),
  problem("monitoring.checkInterval", "30", 'a duration with its unit, such as "500ms", "30s" or "5m"', "correct it"),
);
tells(
  "unknown names, at every depth, with the nearest known one",
  (values) => {
    values.moniotring = {};
    values.webPasword = "hunter2";
    values.hosts[0].adress = "10.1.0.1";
    values.web = { prot: 80 };
  },
  [
    problem(
      "hosts[0].adress",
      'the unknown name "adress"',
      "one of name, domain, address, roles, endpoint, publish",
      'write "address"',
    ),
    problem("web.prot", 'the unknown name "prot"', "one of address, port, user", 'write "port"'),
    problem(
      "moniotring",
      'the unknown name "moniotring"',
      "one of secrets, domains, hosts, lab, database, discovery, dns, time, monitoring, web, allowChaos, chaos, images, watch",
      'write "monitoring"',
    ),
    problem(
      "webPasword",
      'the unknown name "webPasword"',
      "one of secrets, domains, hosts, lab, database, discovery, dns, time, monitoring, web, allowChaos, chaos, images, watch",
      'write "webPassword"',
    ),
  ],
);
tells(
  "endpoint that is neither unix:// nor ssh://",
  (values) => {
    values.hosts[0].endpoint = "tcp://10.1.0.11:2375";
    values.hosts[1].endpoint = "ssh://t:secret@10.2.0.11";
  },
  [0, 1].map((index) =>
    problem(
      `hosts[${index}].endpoint`,
      ['"tcp://10.1.0.11:2375"', '"ssh://t:secret@10.2.0.11"'][index]!,
      'a Docker endpoint, "ssh://[user@]host[:port]" or "unix:///var/run/docker.sock"',
      "correct it",
    ),
  ),
);
tells(
  "no endpoint for a real host, the same one for two",
  (values) => {
    delete values.hosts[0].endpoint;
    values.hosts[2].endpoint = values.hosts[1].endpoint;
  },
  [
    problem(
      "hosts[0].endpoint",
      "nothing",
      'the Docker endpoint of a real host, such as "ssh://trivet@10.1.0.11"',
      "add it, or add lab to make all hosts on this machine",
    ),
    problem(
      "hosts[2].endpoint",
      '"ssh://trivet@10.2.0.11", which hosts[1] (a2) has already',
      "a Docker daemon of its own for each host, since a host's services share its network",
      "name another endpoint, or give its roles to one of the two hosts",
    ),
  ],
);
tells(
  "an endpoint for a host of the lab",
  (values) => (values.hosts[0].endpoint = "ssh://trivet@10.1.0.11"),
  problem(
    "hosts[0].endpoint",
    '"ssh://trivet@10.1.0.11" in an environment with a lab',
    "no endpoint: the lab makes all of its hosts on one Docker daemon",
    "remove it, or remove lab to use real hosts",
  ),
  lab,
);
tells(
  "names that something else has",
  (values) => {
    values.hosts[0].name = "router";
    values.hosts[1].name = "fd1";
    values.domains[2].name = values.hosts[2].domain = "master";
  },
  [
    problem(
      "domains[2].name",
      '"master", which is a zone of Icinga\'s own',
      "another name for a failure domain",
      "rename the domain",
    ),
    problem(
      "hosts[0].name",
      '"router", which the lab\'s router is named already',
      "a name that nothing else has",
      "rename the host",
    ),
    problem(
      "hosts[1].name",
      '"fd1", which domains[0] is named already',
      "a name that nothing else has",
      "rename the host",
    ),
  ],
  lab,
);
test("nothing at all", (t) => {
  t.regex(
    complaint((values) => {
      for (const key of Object.keys(values)) delete values[key];
    }),
    /domains\n {4}given: {4}nothing\n {4}expected: a list\n/,
  );
});
test("every problem at once: what is wrong in one field hides nothing that the others show", (t) => {
  const message = complaint((values) => {
    values.hosts[0].roles[0] = "databse";
    values.hosts[0].address = "10.1.0";
    values.hosts[1].domain = "fd9";
    values.hosts[2].address = "10.2.0.11";
    values.monitoring = { checkInterval: "10" };
    values.secrets = "configured";
  });
  const wheres = message
    .split("\n")
    .filter((line) => /^ {2}\S/.test(line))
    .map((line) => line.trim());
  t.deepEqual(wheres, [
    "hosts[0].address",
    "hosts[0].roles[0]",
    "monitoring.checkInterval",
    "hosts[2].address",
    "hosts[1].domain",
    "hosts[2].address",
    "webPassword",
    "databasePassword",
    "monitorPassword",
    "apiPassword",
    "gossipKey",
  ]);
});
tells(
  "chaos on real hosts by a single word",
  (values) => (values.allowChaos = true),
  problem(
    "allowChaos",
    "true, for an environment of real hosts",
    "the names of the experiments that may run here",
    'name them, such as ["database-kill"] (trivet chaos <environment> --list tells all), or remove allowChaos',
  ),
);

test("chaos is allowed by name on real hosts, by a word in a lab, also as the text that Pulumi makes of it", (t) => {
  const allowed = (values: Values, allowChaos: unknown) =>
    readSettings({ file: "/nowhere/Pulumi.small.yaml", values: { ...values, allowChaos } }).settings.allowChaos;
  t.deepEqual(allowed(small(), ["database-kill"]), ["database-kill"]);
  t.is(allowed(lab(), true), true);
  t.is(allowed(lab(), "true"), true);
  t.is(readSettings({ file: "/nowhere/Pulumi.small.yaml", values: small() }).settings.allowChaos, false);
});

tells(
  "what the database's component would refuse one by one is told at once, with its path",
  (values) => {
    values.database = {
      joinTimeout: "0s",
      evs: { suspectTimeout: "20s" },
      gcacheSize: "1G",
      writeRate: "1M",
      innodbBufferPoolSize: "2G",
      innodbBufferPoolSizeMax: "1G",
      maxUserConnections: 200,
      maxWsSize: "2G",
      diskWarning: 96,
    };
    values.time = { warning: "2s" };
  },
  [
    problem("database.joinTimeout", '"0s"', 'a duration, "1s" to "30d"', "correct it"),
    problem(
      "database.evs.suspectTimeout",
      "20 s with evs.inactiveTimeout 5 s (profile lan)",
      "no more than inactiveTimeout",
      "lower suspectTimeout to 5 s, or raise inactiveTimeout to 20 s",
    ),
    problem(
      "database.gcacheSize",
      '"1G" beside writeRate or toleratedOutage, from which it would follow',
      "one or the other",
      "leave gcacheSize out, or the two",
    ),
    problem(
      "database.innodbBufferPoolSize",
      '"2G" above innodbBufferPoolSizeMax "1G"',
      "no more than that",
      "raise the maximum (with a restart of each node), or lower the size",
    ),
    problem(
      "database.maxUserConnections",
      "200 with maxConnections 200",
      "1 at least and fewer than maxConnections, since one user could take all connections otherwise",
      "lower maxUserConnections, or raise maxConnections",
    ),
    problem(
      "database.maxWsSize",
      '"2G"',
      'less than "2G", the most that Galera takes',
      "lower it, and split larger transactions",
    ),
    problem(
      "database.diskWarning",
      "96 with 95 percent as full",
      "that it warns before the disk is full",
      "lower the warning, or raise the limit from which it is full",
    ),
    problem(
      "time.warning",
      "2 s with 1 s as critical",
      "that it warns before a node is kept from clients",
      "lower the warning, or raise the critical limit",
    ),
  ],
);
tells(
  "no rule is built on what is wrong by itself",
  (values) => (values.database = { evs: { suspectTimeout: "2", keepalivePeriod: "500ms" } }),
  problem(
    "database.evs.suspectTimeout",
    '"2"',
    'a duration with its unit, such as "500ms", "30s" or "5m"',
    "correct it",
  ),
);
tells(
  "a wrong size is told alone: nothing follows from it",
  (values) => (values.database = { writeRate: "1MB", toleratedOutage: "1h" }),
  problem("database.writeRate", '"1MB"', 'a size with its unit, such as "512M" or "2G"', "correct it"),
);

tells(
  "a cluster to take over whose members have a name or an address of a host",
  (values) => {
    values.database = {
      adopt: [
        { name: "a1", address: "10.1.0.5" },
        { name: "old2", address: "10.2.0.11" },
        { name: "old3", address: "10.3.0.5" },
      ],
    };
  },
  [
    problem(
      "database.adopt[0].name",
      '"a1", which a1 has',
      "a member on a machine of its own: two databases can't share the ports of one",
      "give the database's role to another host, or rename the host",
    ),
    problem(
      "database.adopt[1].address",
      '"10.2.0.11", which a2 has',
      "a member on a machine of its own: two databases can't share the ports of one",
      "give the database's role to another host, or rename the host",
    ),
  ],
);
tells(
  "a cluster to take over into a lab",
  (values) => {
    values.database = { adopt: [{ name: "old1", address: "10.9.0.5" }] };
  },
  problem(
    "database.adopt",
    "members of a cluster elsewhere, for a lab",
    "none: nothing leads out of a lab",
    "remove it, or use real hosts",
  ),
  lab,
);
