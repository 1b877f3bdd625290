import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import type { Problem } from "../../../core/problem.ts";
import { readHostsFile } from "../../../stacks/watch/hosts-file.ts";
import { readWatched } from "../../../stacks/watch/index.ts";

const domains = [
  { name: "fd1", subnet: "10.1.0.0/24" },
  { name: "fd2", subnet: "10.2.0.0/24" },
];

function ansible(text: string, file = "hosts.ini") {
  const folder = mkdtempSync(join(tmpdir(), "trivet-watch-"));
  writeFileSync(join(folder, file), text);
  const read = readWatched({ ansible: [file] }, { folder, domains });
  rmSync(folder, { recursive: true });
  return read;
}

test("an Ansible host becomes a watched host, its groups host groups", (t) => {
  const { hosts, problems } = ansible(`[web]
web1 ansible_host=10.1.0.11 trivet_domain=fd2
[web:vars]
trivet_checks=ping, http
trivet_ping_warning="80ms,10%"
trivet_ping_critical=40%
trivet_http_port=8081
trivet_http_string=200
trivet_http_ssl=yes
trivet_http_warning=500ms
trivet_ssh_port=2222
[site:children]
web
`);
  t.deepEqual(problems, []);
  t.deepEqual(hosts, [
    {
      name: "web1",
      address: "10.1.0.11",
      domain: "fd2",
      groups: ["site", "web"],
      checks: [
        { kind: "ping", warning: { rtt: "80ms", loss: "10%" }, critical: { loss: "40%" } },
        { kind: "http", port: 8081, string: "200", ssl: true, warning: "500ms" },
      ],
      place: "hosts.ini:2",
    },
  ]);
});

test("limits of load are a list, in any writing", (t) => {
  for (const limits of ["8, 6, 5", "[8, 6, 5]", "'8,6,5'"]) {
    const { hosts } = ansible(
      `h ansible_host=10.1.0.1\n[all:vars]\ntrivet_checks=load\ntrivet_load_warning=${limits}\n`,
    );
    t.deepEqual(hosts[0]!.checks, [{ kind: "load", warning: [8, 6, 5] }]);
  }
});

test("a check of trivet_checks may have options of its own, which go before the variables", (t) => {
  const { hosts, problems } = ansible(
    `all:
  hosts:
    h:
      ansible_host: 10.1.0.1
      trivet_http_port: 81
      trivet_checks: [http, { kind: http, name: other, port: 82 }]
`,
    "hosts.yaml",
  );
  t.deepEqual(problems, []);
  t.deepEqual(hosts[0]!.checks, [
    { kind: "http", port: 81 },
    { kind: "http", name: "other", port: 82 },
  ]);
});

test("address and domain by default: the name, the group named like a domain, the subnet", (t) => {
  const { hosts, problems } = ansible(
    "10.9.0.1 trivet_domain=fd1\n[fd2]\na ansible_host=10.1.0.5\n[x]\nb ansible_host=10.1.0.6\n",
  );
  t.deepEqual(problems, []);
  t.deepEqual(
    hosts.map(({ address, domain, checks }) => [address, domain, checks]),
    [
      ["10.9.0.1", "fd1", [{ kind: "ping" }]],
      ["10.1.0.5", "fd2", [{ kind: "ping" }]],
      ["10.1.0.6", "fd1", [{ kind: "ping" }]],
    ],
  );
});

test("a group is placed by watch.domains, before the address is looked at; `all` takes who is left", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "trivet-watch-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(
    join(folder, "hosts"),
    "[dc_2]\na ansible_host=10.1.0.5\n[web]\na\nb ansible_host=10.1.0.6\nc ansible_host=10.9.0.1\n[dc_3]\na\nd\n",
  );
  const groups = { dc_2: "fd2", all: "fd2" };
  const { hosts, problems } = readWatched({ ansible: ["hosts"] }, { folder, domains, groups });
  t.deepEqual(problems, []);
  t.deepEqual(
    hosts.map(({ name, domain }) => [name, domain]),
    [
      ["a", "fd2"],
      ["b", "fd1"],
      ["c", "fd2"],
      ["d", "fd2"],
    ],
  );
  const both = { dc_2: "fd2", dc_3: "fd1", al: "fd1" };
  t.deepEqual(readWatched({ ansible: ["hosts"] }, { folder, domains, groups: both }).problems.slice(0, 2), [
    {
      where: "watch.domains.al",
      given: "a group that no host of the inventories is in",
      expected: "a group of theirs, or all",
      mend: 'write "all"',
    },
    {
      where: "hosts:2 (host a)",
      given:
        "a host in the groups dc_2 and dc_3, which are different failure domains by watch.domains or by their names",
      expected: "one failure domain",
      mend: "add trivet_domain=<domain>",
    },
  ]);
});

test("trivet_watch=false leaves a host out, whatever it has", (t) => {
  t.deepEqual(ansible("h trivet_watch=false trivet_chekcs=x\n"), { hosts: [], problems: [], notes: [] });
});

const refuses = test.macro((t, text: string, expected: Problem | Problem[]) => {
  const { hosts, problems } = ansible(text);
  t.deepEqual(problems, [expected].flat());
  t.deepEqual(hosts, []);
});

test("an address that can't be parsed", refuses, "\nh ansible_host=10.1.0.256 trivet_domain=fd1\n", {
  where: "hosts.ini:2 (host h, ansible_host)",
  given: '"10.1.0.256"',
  expected: "an IPv4 or IPv6 address or a host name",
  mend: "correct it",
});
test("no address", refuses, "hö trivet_domain=fd1\n", {
  where: "hosts.ini:1 (host hö)",
  given: "no ansible_host, and a name that is no address",
  expected: "an address to watch the host at",
  mend: "add ansible_host=<address>, or trivet_watch=false to leave the host out",
});
test("no domain", refuses, "h ansible_host=10.9.0.1\n", {
  where: "hosts.ini:1 (host h)",
  given: "no trivet_domain, no group named like a failure domain, and an address in no domain's subnet (10.9.0.1)",
  expected: "one of the failure domains fd1 and fd2",
  mend: "add trivet_domain=<domain>, or name the domain of a group, or of all, under watch.domains",
});
test("two domains", refuses, "[fd1]\nh ansible_host=10.1.0.1\n[fd2]\nh\n", {
  where: "hosts.ini:2 (host h)",
  given: "a host in the groups fd1 and fd2, which are all named like failure domains",
  expected: "one failure domain",
  mend: "add trivet_domain=<domain>",
});
test(
  "an unknown check, told where it was asked for",
  refuses,
  "h ansible_host=10.1.0.1\n[all:vars]\ntrivet_checks=pnig\n",
  {
    where: "hosts.ini:3 (host h, trivet_checks)",
    given: '"pnig"',
    expected: "one of ping, ssh, http, dns, mysql, capacity, disk, load, ntp, icinga, notifications",
    mend: 'write "ping"',
  },
);
test("an unknown variable", refuses, "h ansible_host=10.1.0.1 trivet_http_prot=81\n", {
  where: "hosts.ini:1 (host h, trivet_http_prot)",
  given: "the unknown variable trivet_http_prot",
  expected:
    "trivet_watch, trivet_domain and trivet_checks, or trivet_<check>_<option> for the checks ping, ssh, http, dns, mysql, capacity, disk, load, ntp, icinga and notifications",
  mend: "write trivet_http_port",
});
test(
  "a threshold without unit, told where it was set",
  refuses,
  "[g]\nh ansible_host=10.1.0.1 trivet_checks=http\n[g:vars]\ntrivet_http_warning=2\n",
  {
    where: "hosts.ini:4 (host h, trivet_http_warning)",
    given: "2",
    expected: 'a duration with its unit, such as "500ms", "30s" or "5m"',
    mend: "correct it",
  },
);
test(
  "a template, and every other problem of the host with it",
  refuses,
  `h ansible_host="{{ ip }}" trivet_chekcs=ping\n`,
  [
    {
      where: "hosts.ini:1 (host h, trivet_chekcs)",
      given: "the unknown variable trivet_chekcs",
      expected:
        "trivet_watch, trivet_domain and trivet_checks, or trivet_<check>_<option> for the checks ping, ssh, http, dns, mysql, capacity, disk, load, ntp, icinga and notifications",
      mend: "write trivet_checks",
    },
    {
      where: "hosts.ini:1 (host h, ansible_host)",
      given: '"{{ ip }}"',
      expected: "the value itself: templates are Ansible's, and Trivet does not run Ansible",
      mend: "write the value out",
    },
  ],
);

test("group_vars and host_vars beside the inventory, by Ansible's precedence", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "trivet-watch-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  for (const each of ["group_vars/web", "host_vars"]) mkdirSync(join(folder, each), { recursive: true });
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  write(
    "hosts",
    "[web]\na ansible_host=10.1.0.1 trivet_ssh_port=1\nb.example ansible_host=10.1.0.2\n[web:vars]\ntrivet_http_port=1\ntrivet_mysql_port=1\n",
  );
  write("group_vars/all.yml", "trivet_checks: [http, ssh, mysql]\ntrivet_http_port: 2\ntrivet_mysql_port: 2\n");
  write("group_vars/web/a.yml", "trivet_mysql_port: 3\n");
  write("group_vars/web/vault", "$ANSIBLE_VAULT;1.1;AES256\n6162\n");
  write("host_vars/a", "trivet_ssh_port: 4\n");
  write("host_vars/b.example.yaml", "trivet_ssh_port: four\n");
  const { hosts, problems } = readWatched({ ansible: ["hosts"] }, { folder, domains });
  t.deepEqual(hosts[0]!.checks, [
    { kind: "http", port: 2 },
    { kind: "ssh", port: 4 },
    { kind: "mysql", port: 3 },
  ]);
  t.deepEqual(problems, [
    {
      where: "host_vars/b.example.yaml:1 (host b.example, trivet_ssh_port)",
      given: '"four"',
      expected: "a port, 1 to 65535",
      mend: "correct it",
    },
  ]);
});

function hostsFile(text: string) {
  const problems: Problem[] = [];
  return { hosts: readHostsFile("hosts.yaml", text, problems), problems };
}

test("a hosts file", (t) => {
  t.deepEqual(
    hostsFile(`hosts:
  - name: plain1
    address: 10.1.0.61
    domain: fd1
  - name: plain2
    address: plain2.example
    domain: fd2
    groups: [plain]
    checks: [ssh, { kind: disk, warning: 30% }]
`),
    {
      hosts: [
        {
          name: "plain1",
          address: "10.1.0.61",
          domain: "fd1",
          groups: [],
          checks: [{ kind: "ping" }],
          place: "hosts.yaml:2",
        },
        {
          name: "plain2",
          address: "plain2.example",
          domain: "fd2",
          groups: ["plain"],
          checks: [{ kind: "ssh" }, { kind: "disk", warning: "30%" }],
          place: "hosts.yaml:5",
        },
      ],
      problems: [],
    },
  );
});

test("a hosts file's problems, all at once with their lines", (t) => {
  const { hosts, problems } = hostsFile(`hosts:
  - name: plain1
    adress: 10.1.0.61
    domain: fd1
  - name: plain2
    address: 10.1.0.1.1
    domain: fd2
    checks:
      - ssh
      - { kind: http, prot: 81 }
      - kind: ping
        warning: { rtt: 50 }
`);
  t.deepEqual(hosts, []);
  t.deepEqual(problems, [
    { where: "hosts.yaml:2 (hosts[0].address)", given: "nothing", expected: "a text", mend: "add it" },
    {
      where: "hosts.yaml:3 (hosts[0].adress)",
      given: 'the unknown name "adress"',
      expected: "one of name, address, domain, groups, checks",
      mend: 'write "address"',
    },
    {
      where: "hosts.yaml:6 (hosts[1].address)",
      given: '"10.1.0.1.1"',
      expected: "an IPv4 or IPv6 address or a host name",
      mend: "correct it",
    },
    {
      where: "hosts.yaml:10 (hosts[1].checks[1].prot)",
      given: 'the unknown name "prot"',
      expected: "one of kind, name, interval, onAgent, port, uri, vhost, header, ssl, string, warning, critical",
      mend: 'write "port"',
    },
    {
      where: "hosts.yaml:12 (hosts[1].checks[2].warning.rtt)",
      given: "50",
      expected: 'a duration with its unit, such as "500ms", "30s" or "5m"',
      mend: "correct it",
    },
  ]);
});

test("both kinds at once; the same host in both is told with both places, a missing file by its path", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "trivet-watch-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "a.ini"), "[fd1]\nh ansible_host=10.1.0.1\n");
  writeFileSync(
    join(folder, "b.yaml"),
    "hosts:\n  - { name: h, address: 10.1.0.1, domain: fd1 }\n  - { name: i, address: 10.1.0.2, domain: fd1 }\n",
  );
  const { hosts, problems } = readWatched({ ansible: ["a.ini", "c.ini"], hosts: ["b.yaml"] }, { folder, domains });
  t.deepEqual(
    hosts.map(({ name, place }) => [name, place]),
    [
      ["h", "a.ini:2"],
      ["i", "b.yaml:3"],
    ],
  );
  t.deepEqual(problems, [
    {
      where: "watch.ansible[1]",
      given: '"c.ini", which can\'t be read (ENOENT)',
      expected: `a file, its path relative to ${folder}`,
      mend: "correct the path",
    },
    {
      where: "b.yaml:2",
      given: 'host "h", which a.ini:2 lists already',
      expected: "each host to watch once",
      mend: "remove it in one of the two places, or rename it",
    },
  ]);
});
