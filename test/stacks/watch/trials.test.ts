/** What people really fed it: the numbers are those of the trials. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { zonesD } from "../../../components/icinga/objects.ts";
import { readWatched } from "../../../stacks/watch/index.ts";
import { topology } from "../../components/icinga/site.ts";

const domains = [
  { name: "fd1", subnet: "192.0.2.0/24" },
  { name: "fd2", subnet: "198.51.100.0/24" },
];

function read(
  t: ExecutionContext,
  files: Record<string, string>,
  ansible: string[],
  links: Record<string, string> = {},
) {
  const folder = mkdtempSync(join(tmpdir(), "trivet-trial-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of [...Object.entries(files), ...Object.entries(links)]) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    if (name in links) symlinkSync(text, join(folder, name));
    else writeFileSync(join(folder, name), text);
    if (text.startsWith("#!")) chmodSync(join(folder, name), 0o755);
  }
  return readWatched({ ansible }, { folder, domains });
}

const addresses = ({ hosts }: ReturnType<typeof readWatched>) =>
  Object.fromEntries(hosts.map(({ name, address }) => [name, address]));

const prod = {
  "common/shared.yml": "trivet_checks: [ping, ssh]\n",
  "prod/hosts":
    "[one]\na1.corp.example ansible_host=192.0.2.21\na2.corp.example ansible_host=192.0.2.22\n[two]\nb1.corp.example ansible_host=198.51.100.21\n",
  "prod/group_vars/README.md": "# Variables\n\n* `all/` is for every host\n* *one* is a site\n",
  "prod/group_vars/all/sealed.yml": "$ANSIBLE_VAULT;1.1;AES256\n61626364656667680a\n",
  "prod/group_vars/all.yml.j2": "{% if x %}\na: {{ b }}\n{% endif %}\n",
  "prod/group_vars/one": "trivet_domain: fd1\n",
  "prod/group_vars/somebody_else.yml": "a: 1\na: 2\n",
  "prod/group_vars/two.yml": "trivet_domain: fd2\n",
  "prod/group_vars/two.bak": "[",
  "prod/group_vars/logo.png": "\x89PNG\0",
  "prod/host_vars/a1.corp.example.yml": "trivet_ssh_port: 2200\n",
};
const shared = { "prod/group_vars/all/shared.yml": "../../../common/shared.yml" };

test("T03, T04: what Ansible doesn't open isn't opened; links are followed", (t) => {
  const { hosts, problems, notes } = read(t, prod, ["prod/hosts"], shared);
  t.deepEqual(problems, []);
  t.deepEqual(notes, [
    "prod/group_vars/all/sealed.yml is left out: Ansible Vault has encrypted it, and Trivet has no key to that",
  ]);
  t.deepEqual(
    hosts.map(({ name, domain, checks }) => [name, domain, checks]),
    [
      ["a1.corp.example", "fd1", [{ kind: "ping" }, { kind: "ssh", port: 2200 }]],
      ["a2.corp.example", "fd1", [{ kind: "ping" }, { kind: "ssh" }]],
      ["b1.corp.example", "fd2", [{ kind: "ping" }, { kind: "ssh" }]],
    ],
  );
});

test("T04: a whole folder of variables may be a link, one that leads to itself does not hang", (t) => {
  const files = { hosts: "[g]\nh ansible_host=192.0.2.1\n", "real/a.yml": "trivet_checks: ssh\n" };
  const read1 = read(t, files, ["hosts"], { "group_vars/g": "../real", "real/again": "." });
  t.deepEqual(read1.problems, []);
  t.deepEqual(read1.hosts[0]!.checks, [{ kind: "ssh" }]);
});

test("T04: a link to nothing is told", (t) => {
  const { hosts, problems } = read(t, prod, ["prod/hosts"], {
    "prod/group_vars/all/shared.yml": "../nowhere.yml",
    "prod/host_vars/a2.corp.example": "nowhere",
  });
  t.is(hosts.length, 3);
  t.deepEqual(
    problems,
    ["prod/group_vars/all/shared.yml", "prod/host_vars/a2.corp.example"].map((where) => ({
      where,
      given: "a link to nothing",
      expected: "a file that can be read",
      mend: "correct the link, or remove it",
    })),
  );
});

test("T08: the name is the address; the machine that Ansible runs on is left out with a word", (t) => {
  const found = read(
    t,
    {
      hosts:
        "[fd1]\ncontrol[01:03]\nlocalhost ansible_connection=local\nstore-a.corp.example ansible_ssh_user=ops\nUP_per\n[2001:db8::7]:2222\n[1:2].rack.corp.example\nhere ansible_connection=local\n",
    },
    ["hosts"],
  );
  t.deepEqual(found.problems, []);
  t.deepEqual(Object.keys(addresses(found)), [
    ...["control01", "control02", "control03", "store-a.corp.example", "UP_per", "2001:db8::7"],
    ...["1.rack.corp.example", "2.rack.corp.example"],
  ]);
  t.true(Object.entries(addresses(found)).every(([name, address]) => name === address));
  t.deepEqual(found.notes, [
    "hosts:3 (host localhost) is left out: it is the machine that Ansible runs on",
    "hosts:8 (host here) is left out: it is the machine that Ansible runs on",
  ]);
});

test("T09: older names of address and port; an ssh check uses that port", (t) => {
  const found = read(
    t,
    {
      hosts:
        "[all:vars]\ntrivet_checks=ssh\n[paris]\np1 ansible_ssh_host=192.0.2.11\np2 ansible_ssh_host=192.0.2.12 ansible_ssh_port=2222\np3:2200 ansible_host=192.0.2.13\np4 ansible_host=192.0.2.14 ansible_port=22 trivet_ssh_port=23\nw ansible_host=192.0.2.15 ansible_port=5986 ansible_connection=winrm\n",
    },
    ["hosts"],
  );
  t.deepEqual(found.problems, []);
  t.deepEqual(
    found.hosts.map(({ address, checks }) => [address, checks[0]]),
    [
      ["192.0.2.11", { kind: "ssh" }],
      ["192.0.2.12", { kind: "ssh", port: 2222 }],
      ["192.0.2.13", { kind: "ssh", port: 2200 }],
      ["192.0.2.14", { kind: "ssh", port: 23 }],
      ["192.0.2.15", { kind: "ssh" }],
    ],
  );
});

const twoFiles = {
  "i/01-machines": "[default]\ndc01 ansible_host=192.0.2.10\nsrv02 ansible_host=198.51.100.22\n",
  "i/02-groups": '[all:vars]\nlanguages=["en", "de"]\nproxy=http://x.x.x.x:8080\n[domain]\ndc01\n[empty]\n',
};
test("T10: several files, or a folder, are one inventory", (t) => {
  for (const sources of [["i/01-machines", "i/02-groups"], ["i"]]) {
    const { hosts, problems } = read(t, twoFiles, sources);
    t.deepEqual(problems, []);
    t.deepEqual(
      hosts.map(({ name, groups, place }) => [name, groups, place]),
      [
        ["dc01", ["default", "domain"], "i/01-machines:2"],
        ["srv02", ["default"], "i/01-machines:3"],
      ],
    );
  }
});

test("T12: what only Ansible can read is one sentence each, and the rest is read", (t) => {
  const { hosts, problems } = read(
    t,
    {
      "i/aws_ec2.yml": "plugin: amazon.aws.aws_ec2\nregions: [eu-central-1]\n",
      "i/script": '#!/bin/sh\necho \'{"web": {"hosts": ["w1"]}}\'\n',
      "i/sealed": "$ANSIBLE_VAULT;1.1;AES256\n6162\n",
      "i/site.toml": "[web]\n",
      "i/sealed-address.yml":
        "all:\n  hosts:\n    w1:\n      ansible_host: !vault |\n        $ANSIBLE_VAULT;1.1;AES256\n        61626364\n      trivet_domain: fd1\n",
      "i/z": "h ansible_host=192.0.2.9\nt ansible_host={{ip}} trivet_domain=fd1\n",
    },
    ["i"],
  );
  t.deepEqual(
    hosts.map(({ name }) => name),
    ["h"],
  );
  t.deepEqual(
    problems.map(({ where, given }) => `${where}: ${given}`),
    [
      "i/aws_ec2.yml: the settings of the inventory plug-in amazon.aws.aws_ec2",
      "i/script: a script, which Ansible would run",
      "i/sealed: an inventory that Ansible Vault has encrypted",
      "i/site.toml: an inventory in TOML",
      "i/sealed-address.yml:4 (host w1, ansible_host): a value that Ansible Vault has encrypted",
      'i/z:2 (host t, ansible_host): "{{ip}}"',
    ],
  );
  t.is(
    problems[0]!.mend,
    "run ansible-inventory -i i/aws_ec2.yml --list --yaml --export > inventory.yml, and name that file instead",
  );
});

test("T13: hundreds of aliases in a hosts file and in a file of variables", (t) => {
  const many = Array.from({ length: 300 }, (_, index) => index);
  const folder = mkdtempSync(join(tmpdir(), "trivet-trial-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const lines = many.map(
    (index) => `  - { name: h${index}, address: 192.0.2.1, domain: fd1, checks: ${index ? "*c" : "&c [ssh]"} }`,
  );
  writeFileSync(join(folder, "h.yaml"), `hosts:\n${lines.join("\n")}\n`);
  const { hosts, problems } = readWatched({ hosts: ["h.yaml"] }, { folder, domains });
  t.deepEqual(problems, []);
  t.is(hosts.length, 300);
  t.deepEqual(hosts[299]!.checks, [{ kind: "ssh" }]);
  const variables = `a: &a [1]\n${many.map((index) => `v${index}: *a`).join("\n")}\ntrivet_checks: ssh\n`;
  const found = read(t, { hosts: "h ansible_host=192.0.2.1\n", "group_vars/all": variables }, ["hosts"]);
  t.deepEqual(found.problems, []);
  t.deepEqual(found.hosts[0]!.checks, [{ kind: "ssh" }]);
});

test("T13: aliases of aliases that would fill the memory are refused, not followed", (t) => {
  const level = (index: number) =>
    `l${index}: &l${index} [${Array(10)
      .fill(`*l${index - 1}`)
      .join(", ")}]`;
  const bomb = ["l0: &l0 [x]", ...Array.from({ length: 9 }, (_, index) => level(index + 1))].join("\n");
  const { problems } = read(t, { hosts: "h ansible_host=192.0.2.1\n", "group_vars/all": bomb }, ["hosts"]);
  t.deepEqual(
    problems.map(({ where, given }) => [where, given]),
    [["group_vars/all", "more than 5 million values, by way of aliases"]],
  );
});

test("an alias of what it stands in is refused", (t) => {
  const { problems } = read(t, { hosts: "h ansible_host=192.0.2.1\n", "group_vars/all": "a: &a [*a]\n" }, ["hosts"]);
  t.deepEqual(
    problems.map(({ where, given, expected }) => [where, given, expected]),
    [["group_vars/all:1", "*a", "an alias of something that it is no part of"]],
  );
});

test("names of all sorts reach Icinga as they were written", (t) => {
  const { hosts, problems } = read(
    t,
    {
      hosts:
        "[Größe_1]\nhö ansible_host=192.0.2.1\nUP_per ansible_host=192.0.2.2\n[東京]\n東 ansible_host=Host_1.Corp.Example trivet_domain=fd1\n[2001:db8::7]:22 trivet_domain=fd1\n",
    },
    ["hosts"],
  );
  t.deepEqual(problems, []);
  const files = zonesD({ topology, watched: hosts, checkInterval: "30s", credentials: [] });
  t.is(files["global-templates/groups.conf"], 'object HostGroup "Größe_1" { }\n\nobject HostGroup "東京" { }\n');
  const written = [...files["fd1/hosts.conf"]!.matchAll(/^object Host (.*) \{\n(?:.*\n)*?\s+address6? = (.*)$/gm)];
  t.deepEqual(
    written.map(([, name, address]) => `${name} ${address}`),
    ['"hö" "192.0.2.1"', '"UP_per" "192.0.2.2"', '"東" "Host_1.Corp.Example"', '"2001:db8::7" "2001:db8::7"'],
  );
});
