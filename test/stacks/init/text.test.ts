import test from "ava";
import { labPager } from "../../../stacks/init/hosts.ts";
import type { Plan } from "../../../stacks/init/plan.ts";
import { settingsText } from "../../../stacks/init/text.ts";

const plan: Plan = {
  environment: "site",
  domains: [
    { name: "north", subnet: "10.1.0.0/24" },
    { name: "south", subnet: "10.2.0.0/24" },
  ],
  hosts: [
    {
      name: "n1",
      domain: "north",
      address: "10.1.0.11",
      endpoint: "ssh://trivet@10.1.0.11",
      roles: ["database", "time"],
    },
    { name: "s1", domain: "south", address: "10.2.0.11", endpoint: "ssh://trivet@10.2.0.11", roles: ["agent"] },
  ],
  port: 8080,
  ntp: ["ntp1.example.org", "10.1.0.1"],
  dns: ["10.1.0.53"],
  lookup: ["pager.example"],
  notify: "https://pager.example/hook?a=b#c",
  watch: {
    ansible: ["/etc/ansible/hosts", "a, b"],
    hosts: ["watched/site.yaml"],
    domains: { "site: [x]": "north", all: "south" },
  },
};

test("real hosts", (t) => {
  t.is(
    settingsText(plan),
    `# yaml-language-server: $schema=settings.schema.json
# site: real hosts over SSH, in their failure domains.
# Written by \`trivet init site\`, and yours to change: \`trivet preview site\` checks it and tells what \`up\` would do.
# What each name means: docs/settings.md.
config:
  trivet:domains:
    - { name: north, subnet: 10.1.0.0/24 }
    - { name: south, subnet: 10.2.0.0/24 }
  # Docker runs on each of them, and Trivet reaches it by SSH. Roles: docs/settings.md; move them as you like.
  trivet:hosts:
    - { name: n1, domain: north, address: 10.1.0.11, endpoint: ssh://trivet@10.1.0.11, roles: [database, time] }
    - { name: s1, domain: south, address: 10.2.0.11, endpoint: ssh://trivet@10.2.0.11, roles: [agent] }
  trivet:time:
    upstream: [ntp1.example.org, 10.1.0.1]
  trivet:dns:
    upstream: [10.1.0.53]
    lookup: [pager.example]
  trivet:monitoring:
    notify:
      - { name: pager, url: https://pager.example/hook?a=b#c }
  trivet:watch:
    ansible: [/etc/ansible/hosts, "a, b"]
    hosts: [watched/site.yaml]
    # Failure domains of the inventory's groups; all: of hosts that nothing else places.
    domains:
      "site: [x]": north
      all: south
`,
  );
});

test("a lab that watches nothing yet", (t) => {
  t.is(
    settingsText({
      ...plan,
      ...labPager(plan.domains, [], new Set()),
      hosts: [{ name: "n1", domain: "north", address: "10.1.0.11", roles: ["database"] }],
      port: 8100,
      ntp: [],
      dns: [],
      watch: { ansible: [], hosts: [], domains: {} },
    }),
    `# yaml-language-server: $schema=settings.schema.json
# site: failure domains on this one machine, and the network where people are.
# Written by \`trivet init site\`, and yours to change: \`trivet preview site\` checks it and tells what \`up\` would do.
# What each name means: docs/settings.md.
config:
  trivet:domains:
    - { name: north, subnet: 10.1.0.0/24 }
    - { name: south, subnet: 10.2.0.0/24 }
  trivet:hosts:
    - { name: n1, domain: north, address: 10.1.0.11, roles: [database] }
  # Hosts are made here, each a pod on its domain's network.
  trivet:lab:
    # In place of a pager: what it is told is in /var/lib/trivet/notifications.jsonl of its container.
    receiver: { name: pager, domain: north, address: 10.1.0.20 }
  trivet:web:
    port: 8100
  trivet:monitoring:
    notify:
      - { name: pager, url: http://10.1.0.20:8080/ }
  # A lab is there to be broken: \`trivet chaos\`. Power cuts of everything hurt all domains at once.
  trivet:allowChaos: true
  trivet:chaos:
    blastRadius: 2
  # Nothing is watched yet: name an inventory or a hosts file under trivet:watch.
`,
  );
});

test("real hosts that name nothing outside", (t) => {
  const { notify, ...rest } = plan;
  const text = settingsText({ ...rest, ntp: [], dns: [] });
  t.true(
    text.includes(`
  # No NTP server was named (trivet:time): the environment keeps a time of its own.
  # No DNS server was named (trivet:dns): only names in .consul resolve for the environment's hosts.
  # Nobody is told of problems: name who is under trivet:monitoring (docs/notifications.md).
`),
  );
});
