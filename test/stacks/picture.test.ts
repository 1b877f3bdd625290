import test from "ava";
import fc from "fast-check";
import { type Role, roles, type ServiceName } from "../../components/services.ts";
import { type Box, layout, type Pictured, picture } from "../../stacks/picture.ts";

const host = (name: string, domain: string, ...roles: Role[]) => ({
  name,
  domain,
  roles,
  address: `10.0.0.${name.length}`,
  endpoint: "unix:///var/run/docker.sock",
});
const service = (hostName: string, name: ServiceName) => ({
  host: hostName,
  service: name,
  domain: "",
  address: "",
  endpoint: "",
  container: `${hostName}-${name}`,
});

const small: Pictured = {
  environment: "small",
  domains: ["fd1", "fd2", "office"].map((name, index) => ({ name, subnet: `10.${index}.0.0/24` })),
  hosts: [
    host("db1", "fd1", "database"),
    host("db2", "fd2", "database"),
    host("web2", "fd2", "web"),
    host("door", "office", "entry"),
  ],
  services: [
    service("db1", "galera"),
    service("db1", "consul-agent"),
    service("db1", "chrony"),
    service("web2", "icingaweb"),
    service("door", "proxy"),
  ],
  watched: [
    { name: "db1", address: "10.0.0.3", domain: "fd1", checks: ["ping"] },
    { name: "a<b", address: "10.0.0.9", domain: "fd1", checks: ["ping"] },
  ],
};

const within = (inner: Box, outer: Box) =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;
const apart = (a: Box, b: Box) =>
  a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;

test("every host is named with what runs there; a host that is only watched is there too", (t) => {
  const { hosts } = layout(small);
  const told = Object.fromEntries(hosts.map(({ name, services, foreign }) => [name, { services, foreign }]));
  t.deepEqual(told, {
    db1: { services: ["MariaDB Galera · Consul agent"], foreign: false },
    db2: { services: [], foreign: false },
    web2: { services: ["Icinga Web"], foreign: false },
    door: { services: ["HAProxy"], foreign: false },
    "a<b": { services: ["only watched"], foreign: true },
  });
});

test("what does not fit on a line goes on the next, in a higher box", (t) => {
  const names = ["galera", "consul-server", "bind", "icinga-master", "redis", "icingadb"] as const;
  const busy = { ...small, services: names.map((name) => service("db1", name)) };
  const box = layout(busy).hosts.find(({ name }) => name === "db1")!;
  t.deepEqual(box.services, ["MariaDB Galera · Consul · BIND", "Icinga master · Redis · Icinga DB"]);
  t.is(box.height, 68);
});

test("the database's nodes are linked, and the door with the web host", (t) => {
  const { hosts, links } = layout(small);
  const at = (name: string) => hosts.find((each) => each.name === name)!;
  t.deepEqual(links, [
    { x1: at("db1").x + at("db1").width, y1: at("db1").y + 25, x2: at("db2").x, y2: at("db2").y + 25 },
    { x1: at("door").x + 107, y1: at("door").y + 50, x2: at("web2").x + 107, y2: at("web2").y, arrow: true },
  ]);
});

test("it is SVG with its own ground for light and dark, and quotes what it names", (t) => {
  const svg = picture(small);
  t.regex(svg, /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="0 0 \d+ \d+"/);
  t.regex(svg, /prefers-color-scheme: dark/);
  t.regex(svg, />a&lt;b</);
  t.notRegex(svg, /undefined|NaN|a<b/);
});

const inventories = fc
  .array(fc.record({ domain: fc.constantFrom("fd1", "fd2", "fd3", "office"), roles: fc.subarray([...roles]) }), {
    minLength: 1,
  })
  .map((hosts) => ({
    ...small,
    domains: ["fd1", "fd2", "fd3", "office"].map((name) => ({ name, subnet: "10.0.0.0/24" })),
    hosts: hosts.map((each, index) => host(`h${index}`, each.domain, ...each.roles)),
    watched: [],
  }));

test("whatever the hosts: each is in its own domain's box, and nothing lies on another", (t) => {
  fc.assert(
    fc.property(inventories, (inventory) => {
      const { width, height, domains, hosts } = layout(inventory);
      t.is(hosts.length, inventory.hosts.length);
      for (const each of hosts) t.true(within(each, domains.find(({ name }) => name === each.domain)!));
      for (const boxes of [domains, hosts]) {
        for (const [index, each] of boxes.entries()) {
          t.true(within(each, { x: 0, y: 0, width, height }));
          for (const other of boxes.slice(0, index)) t.true(apart(each, other));
        }
      }
    }),
    { numRuns: 100 },
  );
});
