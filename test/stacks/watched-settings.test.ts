import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { readSettings } from "../../stacks/settings.ts";
import { small, type Values } from "./small.ts";

const problem = (where: string, given: string, expected: string, mend: string) =>
  `  ${where}\n    given:    ${given}\n    expected: ${expected}\n    mend:     ${mend}`;

/** The small environment with a hosts file; what is said of it, or what is watched. */
function reading(hosts: string, change: (values: Values) => void = () => {}) {
  const folder = mkdtempSync(join(tmpdir(), "trivet-settings-"));
  writeFileSync(join(folder, "w.yaml"), `hosts:\n${hosts}`);
  const values = { ...small(), watch: { hosts: ["w.yaml"] } };
  change(values);
  try {
    return readSettings({ file: join(folder, "Pulumi.small.yaml"), values });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const tells = (title: string, hosts: string, expected: string[], change?: (values: Values) => void) =>
  test(title, (t) => {
    const count = expected.length === 1 ? "1 problem" : `${expected.length} problems`;
    const error = t.throws(() => reading(hosts, change));
    t.is(error?.message, [`Settings in Pulumi.small.yaml: ${count}`, ...expected].join("\n\n"));
  });

test("the machine that Ansible runs on is not watched, and that is said", (t) => {
  const { watched, notes } = reading("  []\n", (values) => {
    values.watch = { ansible: [join(import.meta.dirname, "local.ini")] };
  });
  t.deepEqual(watched, []);
  t.is(notes.length, 1);
  t.regex(notes[0]!, /localhost.* is left out: it is the machine that Ansible runs on$/);
});

test("IPv6: watched on real hosts; in a lab it is said that nothing reaches it", (t) => {
  const hosts = "  - { name: six, address: 2001:db8::7, domain: fd3, checks: [ping, ssh, http] }\n";
  t.deepEqual(reading(hosts).notes, []);
  const { watched, notes } = reading(hosts, (values) => {
    for (const host of values.hosts) delete host.endpoint;
    values.lab = {};
  });
  t.is(watched[0]!.address, "2001:db8::7");
  t.deepEqual(notes, ['w.yaml:2: no check reaches "six" at 2001:db8::7: the networks of a lab have IPv4 alone.']);
});

test("watched hosts that fit the settings", (t) => {
  const { watched } = reading("  - { name: a3, address: 10.3.0.11, domain: fd3, checks: [ping, disk, load] }\n");
  t.deepEqual(watched, [
    {
      name: "a3",
      address: "10.3.0.11",
      domain: "fd3",
      groups: [],
      checks: [{ kind: "ping" }, { kind: "disk" }, { kind: "load" }],
    },
  ]);
});

tells("a monitored host with an unparsable address", "  - { name: x, address: 10.3.0, domain: fd3 }\n", [
  problem("w.yaml:2 (hosts[0].address)", '"10.3.0"', "an IPv4 or IPv6 address or a host name", "correct it"),
]);
test("with the IDO a name has as many bytes of UTF-8 as its tables hold; with Icinga DB as many letters", (t) => {
  const hosts = (name: string) =>
    `  - { name: ${name}, address: 10.3.0.9, domain: fd3, groups: [${"ö".repeat(128)}] }\n`;
  const ido = (values: Values) => {
    values.monitoring = { backend: "ido" };
  };
  t.is(reading(hosts("東".repeat(86))).watched.length, 1);
  const error = t.throws(() => reading(hosts("東".repeat(86)), ido));
  const expected =
    '255 bytes at the most with monitoring.backend: ido, whose tables hold no more (a letter such as "ö" has 2, "東" has 3)';
  t.is(
    error?.message,
    [
      "Settings in Pulumi.small.yaml: 2 problems",
      ...[
        ["host", "東".repeat(79), 258],
        ["group", "ö".repeat(79), 256],
      ].map(([what, name, bytes]) =>
        problem(
          "w.yaml:2",
          `the ${what} "${name}…, whose name has ${bytes} bytes in UTF-8`,
          expected,
          "shorten the name, or take the backend icingadb",
        ),
      ),
    ].join("\n\n"),
  );
  t.is(reading(hosts("東".repeat(85)).replaceAll("ö".repeat(128), "ö".repeat(127)), ido).watched.length, 1);
});

test("groups of an inventory are placed by watch.domains, and all of them by `all`", (t) => {
  const place = (domains: Record<string, string>) =>
    reading("  []\n", (values) => {
      values.watch = { ansible: [join(import.meta.dirname, "places.ini")], domains };
    }).watched.map(({ name, domain }) => [name, domain]);
  t.deepEqual(place({ site_west: "fd3", all: "fd3" }), [
    ["w1", "fd3"],
    ["w2", "fd3"],
    ["x1", "fd3"],
  ]);
  t.is(
    t.throws(() => place({ site_wset: "fd3", site_west: "fd33", all: "fd3" }))?.message,
    [
      "Settings in Pulumi.small.yaml: 4 problems",
      problem(
        "watch.domains.site_wset",
        "a group that no host of the inventories is in",
        "a group of theirs, or all",
        'write "site_west"',
      ),
      problem("watch.domains.site_west", '"fd33"', "a name listed under domains: fd1, fd2, fd3", 'write "fd3"'),
      ...["w1", "w2"].map((name, index) =>
        problem(
          `${join(import.meta.dirname, "places.ini")}:${2 + index}`,
          `host "${name}" in the domain "fd33"`,
          "a domain of the settings: fd1, fd2, fd3",
          'write "fd3"',
        ),
      ),
    ].join("\n\n"),
  );
});

tells("a monitored host in an unknown domain", "  - { name: x, address: 10.3.0.9, domain: fd33 }\n", [
  problem("w.yaml:2", 'host "x" in the domain "fd33"', "a domain of the settings: fd1, fd2, fd3", 'write "fd3"'),
]);
tells(
  "no satellite where hosts are watched",
  "  - { name: x, address: 10.1.0.8, domain: fd1 }\n  - { name: y, address: 10.1.0.9, domain: fd1 }\n",
  [
    problem(
      "hosts",
      "no satellite in fd1, where 2 hosts are to be watched (x: w.yaml:2)",
      "a satellite in each domain with watched hosts",
      "give a host in fd1 the role satellite",
    ),
  ],
);
tells("a host of ours at another place", "  - { name: a2, address: 10.2.0.99, domain: fd3 }\n", [
  problem(
    "w.yaml:2",
    'host "a2" with the address 10.2.0.99',
    "the address of the host of that name in the settings: 10.2.0.11",
    "correct one of the two, or give the watched host another name",
  ),
  problem(
    "w.yaml:2",
    'host "a2" with the domain fd3',
    "the domain of the host of that name in the settings: fd2",
    "correct one of the two, or give the watched host another name",
  ),
]);
tells(
  "a check that must run where no Icinga runs",
  "  - { name: x, address: 10.3.0.9, domain: fd3, checks: [disk] }\n  - { name: b3, address: 10.3.0.12, domain: fd3, checks: [load] }\n",
  [
    problem(
      "w.yaml:2",
      'check "disk" (disk) of host "x", which runs no Icinga',
      "an Icinga on the host itself, where this check must run",
      "leave the check out, or list the host with the role agent in the settings",
    ),
    problem(
      "w.yaml:3",
      'check "load" (load) of host "b3", which runs no Icinga',
      "an Icinga on the host itself, where this check must run",
      "give b3 the role agent in the settings",
    ),
  ],
  (values) => values.hosts.push({ name: "b3", domain: "fd3", address: "10.3.0.12", endpoint: "ssh://t@b3", roles: [] }),
);
tells(
  "a credential that nobody has",
  "  - { name: x, address: 10.3.0.9, domain: fd3, checks: [mysql, { kind: mysql, name: as root, credential: root }] }\n",
  [
    problem(
      "w.yaml:2",
      'check "as root" of host "x" with the credential "root"',
      "one of monitor",
      "correct it, or leave it out",
    ),
  ],
);
tells(
  "what is wrong in the files is told together with what is wrong in the settings",
  "  - { name: x, address: 10.3.0, domain: fd3 }\n",
  [
    problem(
      "monitoring.checkInterval",
      '"30"',
      'a duration with its unit, such as "500ms", "30s" or "5m"',
      "correct it",
    ),
    problem("w.yaml:2 (hosts[0].address)", '"10.3.0"', "an IPv4 or IPv6 address or a host name", "correct it"),
  ],
  (values) => (values.monitoring = { checkInterval: "30" }),
);
