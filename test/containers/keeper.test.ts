import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test from "ava";
import Docker from "dockerode";
import { execa } from "execa";
import { capacityConf } from "../../components/galera/capacity.ts";
import { clientConf, databasesSql, hostsFile, nodeConf } from "../../components/galera/config.ts";
import { keeperJson, keeperPath } from "../../components/galera/keeper.ts";
import { runningConf } from "../../components/galera/running.ts";
import { userLimitsSql } from "../../components/galera/users.ts";
import { imageTag } from "../../images/index.ts";
import { eventually } from "../e2e/environment.ts";

// The image's own entrypoint, of a cluster of one node that nobody else reaches. The tests run one after the other.
const name = "trial-keeper";
const docker = new Docker();
const address = "198.19.250.11";
const labels = { "io.trivet.environment": name };
const position = /^trivet: position: ([0-9a-f-]{36}):(\d+)$/gm;
let folder: string;

test.before(async (t) => {
  t.timeout(5 * 60_000);
  await remove();
  folder = await mkdtemp(join(tmpdir(), `${name}-`));
  const IPAM = { Driver: "default", Config: [{ Subnet: "198.19.250.0/24" }] };
  await docker.createNetwork({ Name: name, Internal: true, Labels: labels, IPAM });
  for (const [path, content] of Object.entries(files())) {
    await mkdir(join(folder, dirname(path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  const made = await docker.createContainer({
    name,
    Image: imageTag("galera"),
    Labels: labels,
    HostConfig: {
      NetworkMode: name,
      Binds: [`${join(folder, "galera")}:/etc/trivet/galera:ro`, `${join(folder, "hosts")}:/etc/trivet/hosts:ro`],
      Mounts: [{ Type: "volume", Source: name, Target: "/var/lib/mysql" }],
      RestartPolicy: { Name: "unless-stopped" },
    },
    NetworkingConfig: { EndpointsConfig: { [name]: { IPAMConfig: { IPv4Address: address } } } },
  });
  await made.start();
  await isFit();
});
test.after.always(async () => {
  await remove();
  await rm(folder, { recursive: true });
});

/** What the component gives a node, by its place below /etc/trivet. */
function files(): Record<string, string> {
  const self = { name: "db1", address };
  const settings = { innodbBufferPoolSize: "32M", gcacheSize: "16M" } as const;
  const login = (user: string) => ({ user, password: `of ${user}` });
  const limits = { warning: 80, full: 99, counted: 2 ** 30 };
  const args = { ...settings, image: "galera", hosts: [self] as never, clusterName: name };
  const secrets = { monitorPassword: "of trivet_monitor", key: Buffer.alloc(32).toString("base64") };
  const galera: Record<string, string> = {
    [keeperPath.split("/").at(-1)!]: keeperJson(self, args, secrets),
    "node.cnf": nodeConf({
      ...settings,
      clusterName: name,
      nodeName: "db1",
      nodeAddress: address,
      addresses: [address],
    }),
    "databases.sql": databasesSql(
      [{ name: "orders", ...login("orders") }],
      login("trivet_monitor"),
      login("trivet_supervisor"),
      limits,
      [address],
    ),
    "monitor.cnf": clientConf(login("trivet_monitor")),
    "running/running.cnf": runningConf(name, settings),
    "running/capacity": capacityConf(limits),
    "running/limits.sql": userLimitsSql(["orders"], 50),
  };
  return {
    hosts: hostsFile([self]),
    ...Object.fromEntries(Object.entries(galera).map(([path, content]) => [`galera/${path}`, content])),
  };
}

async function remove(): Promise<void> {
  for (const { Id } of await docker.listContainers({ all: true, filters: { name: [`^/${name}$`] } }))
    await docker.getContainer(Id).remove({ force: true, v: true });
  for (const { Id } of await docker.listNetworks({ filters: { name: [`^${name}$`] } }))
    await docker.getNetwork(Id).remove();
  await docker
    .getVolume(name)
    .remove()
    .catch(() => {});
}

const inside = async (...command: string[]) => (await execa("docker", ["exec", name, ...command])).stdout;
const sql = (statement: string) => inside("mariadb", "--skip-column-names", "--batch", "--execute", statement);
const isFit = () => eventually(() => inside("health"), 120);
/** What the keeper has said since that moment. */
const said = async (since = new Date(0)) => {
  const { stderr } = await execa("docker", ["logs", "--since", since.toISOString(), name]);
  return stderr.split("\n").filter((line) => line.startsWith("trivet: "));
};
const says = (since: Date, line: string | RegExp) =>
  eventually(async () => {
    const lines = await said(since);
    if (!lines.some((each) => (typeof line === "string" ? each === `trivet: ${line}` : line.test(each))))
      throw new Error(lines.join("\n"));
  }, 60);
const started = async () => (await docker.getContainer(name).inspect()).State.StartedAt;

test.serial("a new cluster, whose databases and users are made", async (t) => {
  const health = JSON.parse(await inside("health"));
  t.like(health, { state: "Synced", clusterStatus: "Primary", clusterSize: 1, readOnly: false });
  t.true((await said()).includes("trivet: position: empty"));
  await sql("CREATE TABLE orders.seen (id INT PRIMARY KEY) ENGINE=InnoDB; INSERT INTO orders.seen VALUES (1), (2)");
  await inside("test", "-e", "/var/lib/mysql/.trivet-was-whole");
});

test.serial("killed, it finds its position in InnoDB, and all that was committed is there", async (t) => {
  t.timeout(3 * 60_000);
  const [before, since] = [await started(), new Date()];
  await inside("pkill", "-KILL", "-x", "mariadbd");
  await eventually(async () => {
    if ((await started()) === before) throw new Error("the same life");
  }, 60);
  await isFit();
  const lines = (await said(since)).join("\n");
  const [[, uuid, seqno] = []] = [...lines.matchAll(position)];
  t.is(
    uuid,
    await sql(
      "SELECT variable_value FROM information_schema.global_status WHERE variable_name = 'wsrep_cluster_state_uuid'",
    ),
  );
  t.true(Number(seqno) > 0);
  t.regex(lines, new RegExp(`^trivet: starts: --wsrep-start-position=${uuid}:${seqno} --wsrep-new-cluster$`, "m"));
  t.is(await sql("SELECT COUNT(*) FROM orders.seen"), "2");
});

test.serial("settings are taken while it runs, all of them or none", async (t) => {
  const { stdout } = await execa("docker", ["exec", name, "/usr/local/lib/trivet/apply-settings"]);
  t.is(stdout, "");
  const path = join(folder, "galera/running/running.cnf");
  await writeFile(path, "[mariadbd]\nmax_connections = 77\nwsrep_sst_method = nothing of ours\n");
  const refused = await execa("docker", ["exec", name, "/usr/local/lib/trivet/apply-settings"], { reject: false });
  t.is(refused.exitCode, 1);
  t.regex(refused.stdout, /^MariaDB does not take wsrep_sst_method = /);
  t.not(await sql("SELECT @@max_connections"), "77");
  await writeFile(path, "[mariadbd]\nmax_connections = 77\n");
  await execa("docker", ["exec", name, "/usr/local/lib/trivet/apply-settings"]);
  t.is(await sql("SELECT @@max_connections"), "77");
});

test.serial(
  "stopped in good order, its own life ends well; what a transfer left is nobody's data, and no order changes that",
  async (t) => {
    t.timeout(3 * 60_000);
    const container = docker.getContainer(name);
    const uuid = await sql(
      "SELECT variable_value FROM information_schema.global_status WHERE variable_name = 'wsrep_cluster_state_uuid'",
    );
    await container.stop({ t: 60 });
    t.is((await container.inspect()).State.ExitCode, 0);
    const shell = [
      "run",
      "--rm",
      "--network",
      "none",
      "--volumes-from",
      name,
      "--entrypoint",
      "bash",
      imageTag("galera"),
      "-euc",
    ];
    const { stdout } = await execa("docker", [
      ...shell,
      "cat /var/lib/mysql/grastate.dat; touch /var/lib/mysql/sst_in_progress",
    ]);
    t.regex(stdout, new RegExp(`^uuid: +${uuid}\\nseqno: +[1-9]`, "m"));

    const since = new Date();
    await container.start();
    await says(since, "position: incomplete");
    await says(since, /^trivet: refuse: an interrupted state transfer, and no node has data: db1/);
    t.regex(await inside("cat", "/var/lib/mysql/grastate.dat"), /^uuid: +0{8}-.*\nseqno: +-1\nsafe_to_bootstrap: 0$/m);
    t.is((await execa("docker", ["exec", name, "health"], { reject: false })).exitCode, 1);
    t.like(JSON.parse(await inside("/usr/local/lib/trivet/evidence")), {
      told: "incomplete",
      process: false,
      transfer: false,
    });
    await inside(
      "bash",
      "-c",
      `echo bootstrap ${uuid} 1 > /run/trivet/order.new && mv /run/trivet/order.new /run/trivet/order`,
    );
    await says(since, `an order: void: it is for the position ${uuid}:1, and this is incomplete`);
    await container.stop();
    t.is((await container.inspect()).State.ExitCode, 0);
  },
);
