import test from "ava";
import {
  connect,
  docker,
  environment,
  eventually,
  inContainer,
  kill,
  readInventory,
  resolveAt,
  revive,
  serviceOn,
  status,
  trivet,
} from "./environment.ts";
import type { Inventory, ServiceRecord } from "../../stacks/inventory.ts";

// One environment for all of these: they run one after the other, and each leaves it healthy.
let inventory: Inventory;
const name = "galeradb.service.consul";

test.before("the environment comes up", async (t) => {
  t.timeout(15 * 60_000);
  await trivet("destroy", environment, "--yes");
  await trivet("up", environment, "--yes");
  inventory = await readInventory();
});

test.after.always("nothing is left behind", async (t) => {
  t.timeout(5 * 60_000);
  await trivet("destroy", environment, "--yes");
  const filters = { label: [`io.trivet.environment=${environment}`] };
  t.deepEqual(await docker.listContainers({ all: true, filters }), []);
  t.deepEqual(await docker.listNetworks({ filters }), []);
  t.deepEqual((await docker.listVolumes({ filters })).Volumes ?? [], []);
});

const addressesOf = (hosts: string[]) =>
  inventory.hosts
    .filter((host) => hosts.includes(host.name))
    .map((host) => host.address)
    .sort();
const databaseHosts = () => inventory.hosts.filter((host) => host.roles.includes("database")).map((host) => host.name);

async function everyServerAnswers(t: { deepEqual(a: unknown, b: unknown): unknown }, expected: string[]) {
  const answers = await Promise.all(inventory.dnsServers.map((server) => resolveAt(server, name)));
  t.deepEqual(
    answers,
    inventory.dnsServers.map(() => expected),
  );
}

async function untilEveryServerAnswers(expected: string[]) {
  await eventually(async () => {
    for (const server of inventory.dnsServers) {
      const answer = await resolveAt(server, name);
      if (answer.join() !== expected.join()) throw new Error(`${server} answers [${answer}], not [${expected}]`);
    }
  });
}

const untilHealthy = () =>
  eventually(async () => {
    const now = await status();
    if (now.exitCode !== 0) throw new Error(JSON.stringify(now, null, 1));
  }, 180);

test.serial("status lists every service of every domain, and all is well", async (t) => {
  const now = await status();
  t.true(now.healthy);
  t.is(now.exitCode, 0);
  const count = (service: string) => now.services.filter((row) => row.service === service).length;
  const counts = { galera: 3, "consul-server": 3, "consul-agent": 3, bind: 3, "icinga-master": 2, "icinga-satellite": 3 };
  for (const [service, expected] of Object.entries(counts)) t.is(count(service), expected, service);
  for (const [service, expected] of Object.entries({ "icinga-agent": 1, icingadb: 2, redis: 2, icingaweb: 2, proxy: 1 }))
    t.is(count(service), expected, service);
  t.is(count("chrony"), inventory.hosts.length, "a clock on every host");
  const galera = now.services.filter((row) => row.service === "galera");
  t.deepEqual(new Set(galera.map((row) => row.domain)).size, 3);
  for (const row of galera) t.regex(`${row.state} ${row.detail}`, /Primary/);
});

test.serial("the name resolves through each DNS server to exactly the healthy nodes", async (t) => {
  await everyServerAnswers(t, addressesOf(databaseHosts()));
});

test.serial("a row written through the name is read on every node", async (t) => {
  const [address] = await resolveAt(inventory.dnsServers[0]!, name);
  const writer = await connect(inventory, address!);
  await writer.query("CREATE TABLE IF NOT EXISTS e2e (id INT PRIMARY KEY, said VARCHAR(40))");
  await writer.query("REPLACE INTO e2e VALUES (1, 'three legs never wobble')");
  await writer.end();
  for (const node of addressesOf(databaseHosts())) {
    const reader = await connect(inventory, node);
    await reader.query("SET SESSION wsrep_sync_wait = 1");
    const [rows] = await reader.query("SELECT said FROM e2e WHERE id = 1");
    t.deepEqual(rows, [{ said: "three legs never wobble" }] as never, node);
    await reader.end();
  }
});

test.serial("a killed database node leaves the name and comes back", async (t) => {
  const victim = databaseHosts()[0]!;
  const record = serviceOn(inventory, victim, "galera");
  await kill(record);
  t.teardown(() => revive(record).catch(() => {}));
  const survivors = databaseHosts().filter((host) => host !== victim);
  await untilEveryServerAnswers(addressesOf(survivors));
  const writer = await connect(inventory, addressesOf(survivors)[0]!);
  await writer.query("REPLACE INTO e2e VALUES (2, 'written while one leg was off')");
  await writer.end();
  await revive(record);
  await untilEveryServerAnswers(addressesOf(databaseHosts()));
  const returned = await connect(inventory, record.address);
  const [rows] = await returned.query("SELECT said FROM e2e WHERE id = 2");
  t.deepEqual(rows, [{ said: "written while one leg was off" }] as never);
  await returned.end();
});

test.serial("a killed DNS server does not stop resolution", async (t) => {
  const server = inventory.services.find((record) => record.service === "bind" && record.address === inventory.dnsServers[0])!;
  const client = inventory.services.find((record) => record.service === "icingaweb")!;
  await kill(server);
  t.teardown(() => revive(server).catch(() => {}));
  for (let look = 0; look < 5; look++) {
    const { stdout } = await inContainer(client, "getent", "ahostsv4", name);
    t.regex(stdout, /^198\.19\./);
  }
  await revive(server);
  await untilHealthy();
  t.pass();
});

test.serial("the checks of a killed active Icinga master go on at the other", async (t) => {
  t.timeout(6 * 60_000);
  const active = (await status()).services.find((row) => row.service === "icingadb" && row.state === "active");
  t.truthy(active, "one database writer is active");
  const other = inventory.services.find((record) => record.service === "icinga-master" && record.host !== active!.host)!;
  const victims = inventory.services.filter(
    (record) => record.host === active!.host && ["icinga-master", "icingadb", "redis"].includes(record.service),
  );
  t.is(victims.length, 3);
  for (const record of victims) await kill(record);
  t.teardown(() => Promise.allSettled(victims.map(revive)));
  const killedAt = Date.now() / 1000;
  await eventually(async () => {
    const stale = (await lastChecks(other)).filter((service) => service.last_check < killedAt);
    if (stale.length) throw new Error(`not checked since the kill: ${stale.map((service) => service.name).join(", ")}`);
  });
  await eventually(async () => {
    const writer = (await status()).services.find((row) => row.service === "icingadb" && row.host === other.host);
    if (writer?.state !== "active") throw new Error(`the other database writer is ${JSON.stringify(writer)}`);
  }, 150);
  for (const record of victims) await revive(record);
  await untilHealthy();
  t.pass();
});

/** Name and time of the last check, in epoch seconds, of every service that the environment's hosts file names. */
async function lastChecks(master: ServiceRecord): Promise<{ name: string; last_check: number }[]> {
  const { user, password } = inventory.icinga.api;
  const url = "https://127.0.0.1:5665/v1/objects/services?attrs=last_check";
  const { stdout } = await inContainer(master, "curl", "-sk", "--fail", "-u", `${user}:${password}`, url);
  const { results } = JSON.parse(stdout) as { results: { name: string; attrs: { last_check: number } }[] };
  const watched = new Set(inventory.watched.map((host) => host.name));
  const services = results
    .map(({ name, attrs }) => ({ name, last_check: attrs.last_check }))
    .filter((service) => watched.has(service.name.split("!")[0]!));
  if (services.length === 0) throw new Error("Icinga knows no service of the watched hosts");
  return services;
}
