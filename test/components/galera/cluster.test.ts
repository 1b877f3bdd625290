import { readFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { ports } from "../../../components/galera/facts.ts";
import { GaleraCluster, type GaleraClusterArgs } from "../../../components/galera/index.ts";
import { keeperPath } from "../../../components/galera/keeper.ts";
import type { Voter } from "../../../components/galera/majority.ts";
import type { WholeNode } from "../../../components/galera/whole.ts";
import { UserError } from "../../../core/errors.ts";
import { imageFolder } from "../../../images/index.ts";
import { paths, places } from "../../../node/adapters/host.ts";
import { type KeeperSettings, readSettings } from "../../../node/keeper/settings.ts";
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
const kept = new Map<string, boolean | undefined>();
const cluster = new GaleraCluster("shop", args, {
  transformations: [
    ({ name, opts }) => {
      kept.set(name, opts.retainOnDelete);
      return undefined;
    },
  ],
});
const arbiter = host("arb", "office", "198.18.4.11");
const arbitrated = new GaleraCluster("pair", {
  image: "galera:1",
  hosts: [host("left", "fd1", "198.18.1.21"), host("right", "fd2", "198.18.2.21")],
  arbitrator: { host: arbiter, image: "arbitrator:1" },
});
new GaleraCluster("lame", { image: "galera:1", hosts: three("lame", 31), without: ["lame2"] });
new GaleraCluster("taken", {
  image: "galera:1",
  hosts: three("new", 41),
  adopt: [{ name: "old1", address: "10.1.0.5" }],
});
test.before(() => mocks.settled());

/** What a node's keeper is told. */
function keeper(container: string): KeeperSettings {
  const read = readSettings(
    Buffer.from(mocks.files(container)[keeperPath]!.replace(/"generated for .*-keepers"/, JSON.stringify(key))),
  );
  if ("refused" in read) throw new Error(read.refused);
  return read.value;
}
const key = Buffer.alloc(32, 7).toString("base64");

test("a keeper is told whom it keeps, who the others are, and by what they know each other", (t) => {
  const { self, peers, monitor, cluster: name, providerOptions, consulServices, clock, ...more } = keeper("db2-galera");
  t.deepEqual(self, { name: "db2", address: "198.18.2.11" });
  t.deepEqual(
    peers.map((peer) => `${peer.name} ${peer.address} ${peer.adopted}`),
    ["db1 198.18.1.11 false", "db3 198.18.3.11 false"],
  );
  t.deepEqual([name, monitor.user, monitor.password.length > 0], ["shop", "trivet_monitor", true]);
  const conf = mocks.files("db2-galera")["/etc/trivet/galera/node.cnf"]!;
  t.true(conf.includes(`\nwsrep_provider_options = "${providerOptions}"\n`));
  t.deepEqual(consulServices, args.consulServices ?? []);
  t.deepEqual(clock, { servers: [], warning: 100_000, critical: 1_000_000 });
  t.deepEqual(more, {
    arbitrators: 0,
    key,
    ours: ["trivet_monitor", "trivet_supervisor"],
    consul: "http://127.0.0.1:8500/v1",
  });
  t.is(keeperPath, paths(places).keeper);
});

test("the keeper's health is asked for where it answers", async (t) => {
  const health = await readFile(join(imageFolder("galera"), "health"), "utf8");
  t.true(health.includes(` http://127.0.0.1:${ports.health}/health `));
});

test("members of a cluster that it adopts are peers, members and let in, and are told of it", (t) => {
  const files = mocks.files("new2-galera");
  t.is(files["/etc/trivet/hosts"], "198.18.1.41 new1\n198.18.2.41 new2\n198.18.3.41 new3\n10.1.0.5 old1\n");
  const addresses = "198.18.1.41,198.18.2.41,198.18.3.41,10.1.0.5";
  t.true(files["/etc/trivet/galera/node.cnf"]!.includes(`wsrep_cluster_address = gcomm://${addresses}\n`));
  t.true(files["/etc/trivet/galera/node.cnf"]!.includes(`wsrep_allowlist = ${addresses}\n`));
  const listed = addresses.split(",").map((address) => `'${address}'`);
  t.regex(files["/etc/trivet/galera/introduction.sql"]!, /^INSERT IGNORE INTO mysql\.wsrep_allowlist .*'10\.1\.0\.5'/);
  t.true(files["/etc/trivet/galera/passwords.sql"]!.includes(`NOT IN (${listed.join(", ")})`));
  t.false("/etc/trivet/galera/introduction.sql" in mocks.files("db1-galera"));
  t.deepEqual(keeper("new2-galera").peers.at(-1), { name: "old1", address: "10.1.0.5", adopted: true });
  t.is(mocks.inputs("taken-membership").voters.length, 3, "what it can't stop is no voter of its own");
});

test("a member that it adopts is none of its own", (t) => {
  const adopt = [{ name: "db2", address: "10.1.0.5" }];
  t.throws(() => new GaleraCluster("own", { ...args, adopt }), {
    instanceOf: UserError,
    message: /is to adopt "db2" \(10\.1\.0\.5\), which has the name or the address of one of its own members/,
  });
});

test("an arbitrator: after the nodes, with their group and times, and no data", (t) => {
  t.true(mocks.before("right-galera-healthy", "arb-galera-arbitrator"));
  const { image, volumes } = mocks.inputs("arb-galera-arbitrator");
  t.deepEqual([image, volumes], ["arbitrator:1", []]);
  const [group, name, address, options] = mocks
    .files("arb-galera-arbitrator")
    ["/etc/trivet/arbitrator/garbd.cnf"]!.split("\n");
  t.deepEqual(
    [group, name, address],
    ["group = pair", "name = arb", "address = gcomm://198.18.1.21:4567,198.18.2.21:4567"],
  );
  t.true(
    options!.startsWith(
      "options = gmcast.listen_addr=tcp://198.18.4.11:4567;pc.recovery=true;evs.keepalive_period=PT0",
    ),
  );
  t.is(arbitrated.services.at(-1)!.service, "galera-arbitrator");
});

test("nodes know the arbitrator as a member, and ask it for no data", (t) => {
  const files = mocks.files("left-galera");
  t.is(files["/etc/trivet/hosts"], "198.18.1.21 left\n198.18.2.21 right\n");
  t.is(keeper("left-galera").arbitrators, 1);
  t.true(files["/etc/trivet/galera/node.cnf"]!.includes("gcomm://198.18.1.21,198.18.2.21,198.18.4.11\n"));
  t.is(mocks.inputs("pair-membership").voters.length, 3);
  t.is(keeper("db1-galera").arbitrators, 0);
});

test("a container, a volume and a gate on each host", (t) => {
  for (const name of ["db1", "db2", "db3"]) {
    const { networkMode, volumes, name: container } = mocks.inputs(`${name}-galera`);
    t.is(container, `trivet-t-${name}-galera`);
    t.is(networkMode, `container:${name}-pod`);
    t.deepEqual(volumes, [{ volumeName: `trivet-t-${name}-galera-data`, containerPath: "/var/lib/mysql" }]);
  }
});

test("the data outlives its host's place in the settings", (t) => {
  t.true(kept.get("db1-galera-data"));
  t.is(kept.get("db1-galera"), undefined);
});

test("who is a member is settled before any node is touched", (t) => {
  t.deepEqual(
    mocks.inputs("shop-membership").voters.map(({ service, host }: Voter) => `${service} ${host}`),
    ["galera db1", "galera db2", "galera db3"],
  );
  t.true(mocks.before("shop-membership", "db1-galera"));
});

test("one node at a time: each begins when the one before is fit", (t) => {
  t.true(mocks.before("db1-galera-healthy", "db2-galera"));
  t.true(mocks.before("db2-galera-healthy", "db3-galera"));
});

test("a change looks at the whole cluster first", (t) => {
  t.true(mocks.before("shop-whole", "db1-galera"));
  const inputs = mocks.inputs("shop-whole");
  t.deepEqual(
    inputs.nodes.map(({ host, container }: WholeNode) => `${host}: ${container}`),
    ["db1", "db2", "db3"].map((db) => `${db}: trivet-t-${db}-galera`),
  );
});

test("each gate knows its place among all", (t) => {
  const { members, place } = mocks.inputs("db2-galera-healthy").cluster;
  t.is(place, 1);
  t.deepEqual(members[1], { host: "db2", address: "198.18.2.11" });
});

test("who goes on without a node says so to each gate, and to the look at the whole", (t) => {
  for (const name of ["lame-whole", "lame1-galera-healthy", "lame3-galera-healthy"]) {
    t.deepEqual(mocks.inputs(name).without, ["lame2"]);
  }
  t.is(mocks.inputs("shop-whole").without, undefined);
});

test("what makes a container another one makes another digest", async (t) => {
  const digests: string[] = [];
  for (const change of [{}, {}, { image: "galera:2" }, { monitorPassword: "new" }, { gcacheSize: "1G" as const }]) {
    new GaleraCluster("changed", { ...args, databases: [], monitorPassword: "old", clusterName: "c", ...change });
    await mocks.settled();
    digests.push(mocks.inputs("changed-whole").digest);
  }
  const [first, ...others] = digests;
  t.is(first, others[0]);
  t.is(new Set(digests).size, 4);
});

test("what MariaDB takes while it runs comes into the container, before the node counts as fit", (t) => {
  for (const name of ["db1", "db2", "db3"]) {
    const { containerId, folder, files, apply } = mocks.inputs(`${name}-galera-settings`);
    t.is(containerId, `${name}-galera-id`);
    t.is(folder, "/etc/trivet/galera/running");
    t.deepEqual(Object.keys(files).sort(), ["capacity", "limits.sql", "running.cnf"]);
    t.deepEqual(apply, ["/usr/local/lib/trivet/apply-settings"]);
    t.true(mocks.before(`${name}-galera-settings`, `${name}-galera-healthy`));
  }
  t.true(mocks.before("db1-galera-healthy", "db2-galera-settings"));
});

test("the disks are a service of Consul's own: a warning there leaves no node out of the name", (t) => {
  const { name, check, hosts } = cluster.consulDiskService({ name: "shop-db-disk" });
  t.deepEqual([name, hosts.length], ["shop-db-disk", 3]);
  t.deepEqual(check, { about: "room", http: "http://127.0.0.1:4570/disk", interval: "10s", timeout: "2s" });
});

test("passwords are generated unless given, and go in as files", (t) => {
  const { envs } = mocks.inputs("db1-galera");
  t.deepEqual(envs, ["TRIVET_CONTAINER=trivet-t-db1-galera"]);
  const sql = mocks.files("db1-galera")["/etc/trivet/galera/databases.sql"]!;
  t.true(sql.includes("'orders'@'%' IDENTIFIED BY 'generated for shop-orders'"));
  t.true(sql.includes("'stock'@'%' IDENTIFIED BY 'brought along'"));
  t.false(mocks.names().includes("shop-stock"));
});

test("the service for Consul asks the keeper, on every node, and starts no process for it", (t) => {
  const service = cluster.consulService({ name: "shop-db", tags: ["galera"] });
  t.deepEqual([service.port, service.hosts.length], [3306, 3]);
  t.deepEqual(service.check, { http: "http://127.0.0.1:4570/consul", interval: "2s", timeout: "2s" });
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
  "periods that Galera would not start with",
  refused,
  { evs: { installTimeout: "7.5s" } },
  'GaleraCluster "refused" has evs.installTimeout 7.5 s with evs.inactiveTimeout 5 s (profile lan); expected no more than inactiveTimeout: lower installTimeout to 5 s, or raise inactiveTimeout to 7.5 s.',
);
test(
  "disk limits the wrong way round",
  refused,
  { capacity: { warning: 95, full: 80 } },
  'GaleraCluster "refused" has capacity.warning 95 with 80 percent as full; expected that it warns before the disk is full: lower the warning, or raise the limit from which it is full.',
);
test(
  "a buffer pool above its maximum",
  refused,
  { innodbBufferPoolSize: "2G", innodbBufferPoolSizeMax: "1G" },
  'GaleraCluster "refused" has innodbBufferPoolSize "2G" above innodbBufferPoolSizeMax "1G"; expected no more than that: raise the maximum (with a restart of each node), or lower the size.',
);
test(
  "to go on without a stranger",
  refused,
  { without: ["db4"] },
  'GaleraCluster "refused" is to go on without "db4", which is none of its nodes; expected some of db1, db2, db3.',
);
test(
  "an even number",
  refused,
  { hosts: three("db", 11).slice(1) },
  'GaleraCluster "refused" has 2 nodes; expected an odd number, three at least: an even number tolerates no more failures than the odd number below it. Add or remove one.',
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
test(
  "an arbitrator where a node is",
  refused,
  {
    hosts: [host("a", "fd1", "198.18.1.1"), host("b", "fd2", "198.18.2.1")],
    arbitrator: { host: host("c", "fd1", "198.18.1.2"), image: "arbitrator:1" },
  },
  'GaleraCluster "refused" has 2 of its 3 votes (nodes and arbitrator) in failure domain "fd1" (a, c); expected no majority in one domain, or losing that domain stops the service. Move some to other domains.',
);
test(
  "an arbitrator on a node's host",
  refused,
  {
    hosts: ["a", "b", "c", "d"].map((name, n) => host(name, `fd${n}`, `198.18.${n}.1`)),
    arbitrator: { host: host("d", "fd3", "198.18.3.1"), image: "arbitrator:1" },
  },
  'GaleraCluster "refused" has its arbitrator on "d" (198.18.3.1), where a node is; expected another host in a third place: with that host two votes are lost at once. Place it elsewhere, or leave it out.',
);
test(
  "an arbitrator beside one node",
  refused,
  {
    hosts: [host("a", "fd1", "198.18.1.1")],
    arbitrator: { host: host("c", "fd2", "198.18.2.2"), image: "arbitrator:1" },
  },
  'GaleraCluster "refused" has an arbitrator and 1 node; expected two nodes at least: an arbitrator holds no data. Add a node.',
);
