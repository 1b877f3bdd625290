import test from "ava";
import { UserError } from "../../../components/errors.ts";
import { GaleraCluster, type GaleraClusterArgs } from "../../../components/galera/index.ts";
import { host, three } from "../hosts.ts";
import { recordingMocks } from "../mocks.ts";

const mocks = await recordingMocks();

const args: GaleraClusterArgs = {
  hosts: three("db", 11),
  image: "galera:1",
  databases: [
    { name: "orders", user: "orders" },
    { name: "stock", user: "stock", password: "brought along" },
  ],
};
const cluster = new GaleraCluster("shop", args);
test.before(() => mocks.settled());

test("a container, a volume and a gate on each host", (t) => {
  for (const name of ["db1", "db2", "db3"]) {
    const { networkMode, volumes, name: container } = mocks.inputs(`${name}-galera`);
    t.is(container, `trivet-t-${name}-galera`);
    t.is(networkMode, `container:${name}-pod`);
    t.deepEqual(volumes, [{ volumeName: `trivet-t-${name}-galera-data`, containerPath: "/var/lib/mysql" }]);
  }
});

test("one node at a time: each begins when the one before is fit", (t) => {
  t.true(mocks.before("db1-galera-healthy", "db2-galera"));
  t.true(mocks.before("db2-galera-healthy", "db3-galera"));
});

test("passwords are generated unless given, and go in as files", (t) => {
  const { envs } = mocks.inputs("db1-galera");
  t.is(envs, undefined);
  const sql = mocks.files("db1-galera")["/etc/trivet/galera/databases.sql"]!;
  t.true(sql.includes("'orders'@'%' IDENTIFIED BY 'generated for shop-orders'"));
  t.true(sql.includes("'stock'@'%' IDENTIFIED BY 'brought along'"));
  t.false(mocks.names().includes("shop-stock"));
});

test("the service for Consul asks as the monitor user, on every node", (t) => {
  const service = cluster.consulService({ name: "shop-db", tags: ["galera"] });
  t.deepEqual(
    [service.port, service.hosts.length, service.check.interval, service.check.timeout],
    [3306, 3, "2s", "2s"],
  );
  t.deepEqual(Object.keys(service.check.files ?? {}), ["shop-db.cnf", "shop-db-clock"]);
});

test("services of the inventory", (t) => {
  t.deepEqual(
    cluster.services.map(({ container, domain }) => `${container} in ${domain}`),
    ["trivet-t-db1-galera in fd1", "trivet-t-db2-galera in fd2", "trivet-t-db3-galera in fd3"],
  );
});

const refused = test.macro<[Partial<GaleraClusterArgs>, string]>((t, change, message) => {
  const error = t.throws(() => new GaleraCluster("refused", { ...args, ...change }), { instanceOf: UserError });
  t.is(error.message, message);
});
test(
  "an even number",
  refused,
  { hosts: three("db", 11).slice(1) },
  'GaleraCluster "refused" has 2 nodes; expected an odd number, three at least: an even number survives no more losses than one less. Add or remove one.',
);
test(
  "a majority in one domain",
  refused,
  { hosts: [host("a", "fd1", "198.18.1.1"), host("b", "fd1", "198.18.1.2"), host("c", "fd2", "198.18.2.1")] },
  'GaleraCluster "refused" has 2 of its 3 nodes in failure domain "fd1" (a, b); expected no majority in one domain, or losing that domain stops the service. Move some to other domains.',
);
test(
  "a database twice",
  refused,
  {
    databases: [
      { name: "a", user: "b" },
      { name: "a", user: "c" },
    ],
  },
  'GaleraCluster "refused" is given the database "a" twice; expected each name once.',
);
test(
  "a user twice",
  refused,
  {
    databases: [
      { name: "a", user: "b" },
      { name: "c", user: "b" },
    ],
  },
  'GaleraCluster "refused" is given the user "b" twice; expected a user of its own for each database. To let one read another\'s database, use `reads`.',
);
test(
  "the component's own user",
  refused,
  { databases: [{ name: "a", user: "trivet_monitor" }] },
  'GaleraCluster "refused" is given the user "trivet_monitor" twice (it is the component\'s own); expected a user of its own for each database. To let one read another\'s database, use `reads`.',
);
