import test from "ava";
import { GaleraCluster, GaleraSupervisor } from "../../../components/galera/index.ts";
import { readLogin, readSettings } from "../../../node/supervisor/settings.ts";
import { three } from "../hosts.ts";
import { recordingMocks } from "../mocks.ts";

const mocks = await recordingMocks();
const cluster = new GaleraCluster("shop", { hosts: three("db", 11), image: "galera:1", clusterName: "orders" });
const supervisor = new GaleraSupervisor("watch", {
  cluster,
  image: "supervisor:1",
  service: "shop-db",
  writer: "shop-db-writer",
});
test.before(() => mocks.settled());

test("a supervisor beside each node, one replaced at a time", (t) => {
  t.deepEqual(
    supervisor.services.map(({ container }) => container),
    ["trivet-t-db1-galera-supervisor", "trivet-t-db2-galera-supervisor", "trivet-t-db3-galera-supervisor"],
  );
  t.is(mocks.inputs("db1-galera-supervisor").networkMode, "container:db1-pod");
  t.true(mocks.before("db1-galera-supervisor-healthy", "db2-galera-supervisor"));
});

test("what it is told, as the program reads it", (t) => {
  const files = mocks.files("db2-galera-supervisor");
  const bytes = (path: string) => Buffer.from(files[path]!);
  const supervised = [1, 2, 3].map((at) => ({ name: `db${at}`, address: `198.18.${at}.11` }));
  t.deepEqual(readSettings(bytes("/etc/trivet/supervisor/settings.json")), {
    cluster: "orders",
    self: supervised[1]!,
    supervised,
    service: "shop-db",
    writer: "shop-db-writer",
    database: { port: 3306, checksPort: 3307 },
    consul: "http://127.0.0.1:8500/v1",
  });
  t.deepEqual(readLogin(bytes("/etc/trivet/supervisor/login.json")), {
    user: "trivet_supervisor",
    password: "generated for shop-supervisor",
  });
  t.true(mocks.files("db2-galera")["/etc/trivet/galera/databases.sql"]!.includes("'trivet_supervisor'@'127.0.0.1'"));
});
