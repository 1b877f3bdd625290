import { rm } from "node:fs/promises";
import test, { type ExecutionContext } from "ava";
import { execa } from "execa";
import { recoverCluster } from "../../cli/commands/recover.ts";
import { reap } from "../../cli/environment/leftovers.ts";
import type { Inventory, ServiceRecord } from "../../core/inventory.ts";
import * as engine from "../../engine/index.ts";
import { type Outcome, plan, readEvidence } from "../../operations/recover/index.ts";
import { docker, eventually, example, inContainer, kill } from "../e2e/environment.ts";

// The example's cluster, since a recovery concerns the database alone. The tests run one after the other.
let folder: string;
let options: engine.Options;
const environment = "example";
const endpoint = "unix:///var/run/docker.sock";

let nodes: ServiceRecord[];
let inventory: Inventory;
/** Every row that was acknowledged. */
const rows: number[] = [];

test.before("three nodes", async (t) => {
  t.timeout(10 * 60_000);
  ({ folder, options } = await example("recover"));
  await engine.destroy(options);
  await reap(endpoint, environment);
  t.deepEqual((await engine.up(options)).errors, []);
  const services = (await engine.outputs(options)).services as ServiceRecord[];
  nodes = services.filter(({ service }) => service === "galera");
  inventory = { environment, services, hosts: [] } as Partial<Inventory> as Inventory;
  for (const node of nodes) await isMember(node, nodes.length);
  await sql(nodes[0]!, "CREATE TABLE orders.seen (id INT PRIMARY KEY) ENGINE=InnoDB");
  for (const node of nodes) await write(node, 5);
});

test.after.always("nothing is left behind", async (t) => {
  t.timeout(5 * 60_000);
  await engine.destroy(options);
  await reap(endpoint, environment);
  await rm(folder, { recursive: true });
});

const sql = async (node: ServiceRecord, statement: string): Promise<string> =>
  (await inContainer(node, "mariadb", "--skip-column-names", "--batch", "--execute", statement)).stdout;

/** One after the other, each remembered once it is acknowledged. */
async function write(node: ServiceRecord, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const id = rows.length + 1;
    await sql(node, `INSERT INTO orders.seen VALUES (${id})`);
    rows.push(id);
  }
}

/** Waits until this node is up to date in a primary component of so many. */
const isMember = (node: ServiceRecord, size: number) =>
  eventually(async () => {
    const state = await sql(
      node,
      "SELECT GROUP_CONCAT(variable_value ORDER BY variable_name) FROM information_schema.global_status " +
        "WHERE variable_name IN ('wsrep_cluster_size', 'wsrep_cluster_status', 'wsrep_local_state')",
    );
    if (state !== `${size},Primary,4`) throw new Error(`${node.host}: ${state}`);
  });

/** Waits until this node says so of its component, its state (2: it gives its data to another one, 4: Synced), and whether it takes clients. */
const serves = (node: ServiceRecord, wanted: string) =>
  eventually(async () => {
    const state = await sql(
      node,
      "SELECT GROUP_CONCAT(variable_value ORDER BY variable_name SEPARATOR ' ') FROM information_schema.global_status " +
        "WHERE variable_name IN ('wsrep_cluster_status', 'wsrep_local_state', 'wsrep_ready')",
    );
    if (state !== wanted) throw new Error(`${node.host}: ${state}, not ${wanted}`);
  }, 60);

/** Waits until these nodes are a primary component that is up to date, and compares what they have. */
async function everyRowIsOn(t: ExecutionContext, members: ServiceRecord[]): Promise<void> {
  for (const node of members) {
    await isMember(node, members.length);
    const found = (await sql(node, "SELECT id FROM orders.seen ORDER BY id")).split("\n").map(Number);
    t.deepEqual(found, rows, `every acknowledged row is on ${node.host}`);
  }
}

const stop = ({ container }: ServiceRecord) => docker.getContainer(container).stop();
const start = ({ container }: ServiceRecord) => docker.getContainer(container).start();
/** One after the other: of two that leave at the same moment, the last word may not be heard, and the one that stays has no majority. */
async function leaveAlone(staying: ServiceRecord, others: ServiceRecord[]): Promise<void> {
  for (const [index, node] of others.entries()) {
    await stop(node);
    await isMember(staying, others.length - index);
  }
}
const ask = async (without: string[] = []): Promise<Outcome> =>
  plan(await readEvidence(nodes, environment), { without });
const reasons = ({ refusals = [] }: Outcome) => refusals.map(({ reason }) => reason);

/** Changes a stopped node's volume, as a disaster or a person would have. */
const inVolume = async ({ container }: ServiceRecord, script: string) => {
  const { Image } = await docker.getContainer(container).inspect();
  const shell = ["--entrypoint", "bash", Image, "-euc", `cd /var/lib/mysql; ${script}`];
  await execa("docker", ["run", "--rm", "--network", "none", "--volumes-from", container, ...shell]);
};

/** As if the host were gone: nobody finds the container by its name. */
const hide = ({ container }: ServiceRecord) => docker.getContainer(container).rename({ name: `${container}-gone` });
const find = ({ container }: ServiceRecord) => docker.getContainer(`${container}-gone`).rename({ name: container });

test.serial("refuses while a primary component is alive, also when it is asked to go on without that", async (t) => {
  const [, , third] = nodes as [ServiceRecord, ServiceRecord, ServiceRecord];
  t.deepEqual(reasons(await ask()), ["alive"]);
  await stop(third);
  t.deepEqual(reasons(await ask()), ["alive"]);
  t.deepEqual(reasons(await ask(["db1", "db2"])), ["alive"]);
  await write(nodes[0]!, 5);
});

test.serial("refuses to start from a node that stopped long before the others", async (t) => {
  const [first, second] = nodes as [ServiceRecord, ServiceRecord, ServiceRecord];
  await Promise.all([stop(first), stop(second)]);
  await hide(first);
  await hide(second);
  t.deepEqual(reasons(await ask()), ["missing", "missing"]);
  t.deepEqual(reasons(await ask(["db1", "db2"])), ["stale"]);
  await find(first);
  await find(second);
});

test.serial("refuses when a node is missing, and when it is known to be ahead of those that are here", async (t) => {
  const [first, second] = nodes as [ServiceRecord, ServiceRecord, ServiceRecord];
  await hide(second);
  t.deepEqual(reasons(await ask()), ["missing"]);
  await find(second);
  t.deepEqual(reasons(await ask([first.host, second.host])), ["left-out-is-ahead"]);
});

test.serial("refuses when there is data of two clusters: a person chooses", async (t) => {
  const [, , third] = nodes as [ServiceRecord, ServiceRecord, ServiceRecord];
  await inVolume(
    third,
    "cp -p grastate.dat kept; sed -i 's/^uuid: .*/uuid:    11111111-2222-11f1-8888-000000000000/' grastate.dat",
  );
  t.deepEqual(reasons(await ask()), ["two-clusters"]);
  await inVolume(third, "mv kept grastate.dat");
});

test.serial("refuses when every node holds the rest of an interrupted state transfer", async (t) => {
  for (const node of nodes) await inVolume(node, "touch sst_in_progress");
  t.deepEqual(reasons(await ask()), ["interrupted"]);
  for (const node of nodes) await inVolume(node, "rm sst_in_progress");
});

test.serial("starts all again from the highest position, whatever the flags say; every row is there", async (t) => {
  t.timeout(10 * 60_000);
  const [, , third] = nodes as [ServiceRecord, ServiceRecord, ServiceRecord];
  // The one that left first, and has least, claims to have been the last.
  await inVolume(third, "sed -i 's/^safe_to_bootstrap: .*/safe_to_bootstrap: 1/' grastate.dat");
  await recoverCluster(inventory, { apply: true });
  await everyRowIsOn(t, nodes);
  t.deepEqual(reasons(await ask()), ["alive"]);
});

test.serial("a joiner whose donor leaves before it has sent anything does not wait for it for good", async (t) => {
  t.timeout(10 * 60_000);
  const [first, second, third] = nodes as [ServiceRecord, ServiceRecord, ServiceRecord];
  await leaveAlone(first, [second, third]);
  // A node that is desynced gives no state to anybody: the joiner asks again and again. Refused while a view is being made.
  await eventually(() => sql(first, "SET GLOBAL wsrep_desync = ON"));
  await write(first, 5);
  await start(third);
  await eventually(async () => {
    const { stdout } = await inContainer(third, "ss", "-Htln", "sport = :4444");
    if (stdout === "") throw new Error(`${third.host} does not wait for a state transfer`);
  });
  await stop(first);
  await Promise.all([start(first), start(second)]);
  await everyRowIsOn(t, nodes);
});

test.serial(
  "a joiner whose donor stops while it still applies what it was given: no quorum, and all start again",
  async (t) => {
    t.timeout(10 * 60_000);
    const [first, second, third] = nodes as [ServiceRecord, ServiceRecord, ServiceRecord];
    await leaveAlone(first, [second, third]);
    // Without a key each row that changed is searched for in all the others, by whoever applies that.
    await sql(
      first,
      `USE orders; CREATE TABLE keyless (a INT, b CHAR(200)) ENGINE=InnoDB; INSERT INTO keyless SELECT seq, 'before' FROM seq_1_to_4000;
    UPDATE keyless SET b = 'after'`,
    );
    await write(first, 5);
    await start(third);
    const state =
      "SELECT variable_value FROM information_schema.global_status WHERE variable_name = 'wsrep_local_state'";
    const joining = `until [ "$(mariadb --skip-column-names --batch --execute "${state}")" = 1 ]; do sleep 0.1; done`;
    await inContainer(third, "timeout", "60", "bash", "-c", joining);
    await inContainer(first, "pkill", "-TERM", "-x", "mariadbd");
    await serves(third, "non-Primary 0 OFF");
    await start(second);
    await everyRowIsOn(t, nodes);
    t.is(await sql(third, "SELECT COUNT(*) FROM orders.keyless WHERE b = 'after'"), "4000");
  },
);

for (const [what, breaks] of [
  ["while its transfer goes on", false],
  ["and with it the transfer", true],
] as const) {
  test.serial(`an only donor that loses its quorum for a moment serves again at once: ${what}`, async (t) => {
    t.timeout(10 * 60_000);
    const [first, second, third] = nodes as [ServiceRecord, ServiceRecord, ServiceRecord];
    await leaveAlone(first, [third, second]);
    await inVolume(second, "touch sst_in_progress");
    await start(second);
    // The joiner takes nothing, so the transfer lasts for as long as it is looked at.
    await inContainer(second, "timeout", "60", "bash", "-c", "until pkill -STOP -x mbstream; do sleep 0.1; done");
    await serves(first, "Primary 2 ON");
    const { State: before } = await docker.getContainer(first.container).inspect();
    const joiner = docker.getContainer(second.container);
    await joiner.pause();
    await serves(first, "non-Primary 0 OFF");
    if (breaks) await inContainer(first, "pkill", "-TERM", "-x", "mariadb-backup|socat");
    await joiner.unpause();
    await serves(first, "Primary 4 ON");
    await write(first, 5);
    const { State: after } = await docker.getContainer(first.container).inspect();
    t.is(after.StartedAt, before.StartedAt);
    await inContainer(second, "bash", "-c", "pkill -CONT -x mbstream || true");
    await start(third);
    await everyRowIsOn(t, nodes);
  });
}

test.serial(
  "killed under writes, one gone for good: goes on without it under a new uuid, which keeps it out",
  async (t) => {
    t.timeout(10 * 60_000);
    const [first, second, third] = nodes as [ServiceRecord, ServiceRecord, ServiceRecord];
    await write(first, 5);
    await Promise.all(nodes.map(kill));
    await hide(third);
    t.deepEqual(reasons(await ask()), ["missing"]);
    await recoverCluster(inventory, { apply: true, without: [third.host] });
    await everyRowIsOn(t, [first, second]);
    await find(third);
    await start(third);
    await eventually(async () => {
      const { stdout } = await inContainer(third, "cat", "/run/trivet/waiting");
      if (JSON.parse(stdout).state !== "refuse") throw new Error(stdout);
    });
    await everyRowIsOn(t, [first, second]);
  },
);
