import { appendFile, cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { execa } from "execa";
import mysql from "mysql2/promise";
import type { Inventory, ServiceRecord } from "../../core/inventory.ts";
import * as engine from "../../engine/index.ts";
import {
  connect,
  docker,
  env,
  environment,
  eventually,
  home,
  inContainer,
  kill,
  project,
  readInventory,
  resolveAt,
  revive,
  serviceOn,
  stateOptions,
  status,
  trivet,
  untilHealthy,
} from "./environment.ts";
import { icingaSql } from "./history.ts";
import { newcomer, ownSecrets, passwords } from "./newcomer.ts";
import { loggedIn } from "./web.ts";

// One environment for all of these: they run one after the other, and each leaves it healthy. It is a newcomer's: the README's commands are
// typed as they stand there, from an inventory of forty hosts to a lab that watches them.
let inventory: Inventory;
let clone: string | undefined;
/** What the commands printed, by their verb. */
const printed: Record<string, string> = {};
const name = "galeradb.service.consul";

test.before(
  "a newcomer's environment comes up, though its first run ends in the middle and a container stands still",
  async (t) => {
    t.timeout(15 * 60_000);
    await trivet("destroy", environment, "--yes", "--without-state");
    const { folder, type } = await newcomer();
    clone = folder;
    await ownSecrets();
    printed.preview = await type("preview");
    const first = trivet("up", environment);
    const filters = { label: [`io.trivet.environment=${environment}`], name: ["-galera"] };
    const chrony = await eventually(async () => {
      if ((await docker.listContainers({ filters })).length === 0) throw new Error("no database node is there yet");
      const [found] = await docker.listContainers({ filters: { ...filters, name: ["-chrony"] } });
      if (!found) throw new Error("no clock is there yet");
      return found;
    });
    first.kill("SIGKILL");
    await t.throwsAsync(first);
    await docker.getContainer(chrony.Id).stop();
    printed.up = await type("up");
    t.regex(printed.up, /Containers that stood still: 1 started again/);
    printed.status = await type("status");
    inventory = await readInventory();
  },
);

test.after.always("nothing is left behind", async (t) => {
  t.timeout(5 * 60_000);
  await trivet("destroy", environment, "--yes");
  const filters = { label: [`io.trivet.environment=${environment}`] };
  t.deepEqual(await docker.listContainers({ all: true, filters }), []);
  t.deepEqual(await docker.listNetworks({ filters }), []);
  t.deepEqual((await docker.listVolumes({ filters })).Volumes ?? [], []);
  if (clone) await rm(clone, { recursive: true });
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

test.serial("status lists every service of every domain, and all is well", async (t) => {
  const now = await status();
  t.true(now.healthy);
  t.is(now.exitCode, 0);
  const count = (service: string) => now.services.filter((row) => row.service === service).length;
  const expected = {
    ...{ galera: 3, "consul-server": 3, "consul-agent": 3, bind: 3 },
    ...{ "icinga-master": 2, "icinga-satellite": 3, "icinga-agent": 1 },
    ...{ icingadb: 2, redis: 2, icingaweb: 2, proxy: 1 },
  };
  for (const [service, number] of Object.entries(expected)) t.is(count(service), number, service);
  t.is(count("chrony"), inventory.hosts.length, "a clock on every host");
  const galera = now.services.filter((row) => row.service === "galera");
  t.deepEqual(new Set(galera.map((row) => row.domain)).size, 3);
  for (const row of galera) t.regex(`${row.state} ${row.detail}`, /Primary/);
});

test.serial("the hosts of a newcomer's inventory are watched, each at its site", async (t) => {
  const names = inventory.watched.map(({ name }) => name).filter((name) => name.endsWith(".example.org"));
  t.is(names.length, 40);
  const bySite = Map.groupBy(
    inventory.watched.filter(({ name }) => names.includes(name)),
    ({ domain }) => domain,
  );
  t.deepEqual([...bySite].map(([site, hosts]) => `${hosts.length} in ${site}`).sort(), [
    "13 in site-berlin",
    "13 in site-paris",
    "14 in site-amsterdam",
  ]);
  const master = inventory.services.find(({ service }) => service === "icinga-master")!;
  await eventually(async () => {
    const hosts = (await allChecks(master, "hosts")).filter(({ last_check }) => last_check > 0).map(({ name }) => name);
    const missing = names.filter((name) => !hosts.includes(name));
    if (missing.length > 0) throw new Error(`not checked yet: ${missing.join(", ")}`);
  });
});

test.serial("passwords of one's own, however odd, are taken everywhere and shown nowhere", async (t) => {
  const { web, database, icinga } = inventory;
  t.deepEqual(
    [web.login.password, database.application.password, database.monitor.password],
    [passwords.webPassword, passwords.databasePassword, passwords.monitorPassword],
  );
  const master = inventory.services.find(({ service }) => service === "icinga-master")!;
  const permissionsOf = async ({ user, password }: { user: string; password: string }) => {
    const call = ["curl", "-sk", "-u", `${user}:${password}`, "-H", "Accept: application/json"];
    const { stdout } = await inContainer(master, ...call, "https://127.0.0.1:5665/v1");
    return (JSON.parse(stdout) as { results: { permissions: string[] }[] }).results[0]!.permissions;
  };
  t.true((await permissionsOf({ user: "trivet", password: passwords.apiPassword })).includes("objects/modify/*"));
  t.deepEqual(await permissionsOf(icinga.api), ["objects/query/*", "status/query"]);
  // What is healthy checks with the last two; a browser logs in with the first one, later.
  for (const { user, password } of [database.application, database.monitor]) {
    const [host] = addressesOf(databaseHosts());
    const connection = await mysql.createConnection({ host, port: database.port, user, password });
    await connection.query("SELECT 1");
    await connection.end();
  }
  const secrets = Object.values(passwords);
  t.regex(printed.up!, /inventory\.web\.login --show-secrets/, "up ends with how people log in");
  for (const [verb, text] of Object.entries(printed)) {
    const shown = secrets.filter((secret) => text.includes(secret));
    t.deepEqual(shown, [], `what ${verb} printed`);
  }
  const showing = await Promise.all(
    inventory.services.map(async ({ container }) => {
      const { all } = await execa("docker", ["logs", container], { all: true });
      return secrets.some((secret) => all.includes(secret)) ? [container] : [];
    }),
  );
  t.deepEqual(showing.flat(), []);
});

test.serial("the name resolves through each DNS server to exactly the healthy nodes", async (t) => {
  await everyServerAnswers(t, addressesOf(databaseHosts()));
});

test.serial("without its state it is another's: refused with nothing done, adopted with its passwords", async (t) => {
  const elsewhere = await mkdtemp(join(tmpdir(), "trivet-clone-"));
  t.teardown(() => rm(elsewhere, { recursive: true, force: true }));
  const there = { PULUMI_BACKEND_URL: `file://${elsewhere}` };
  const inClone = (...args: string[]) =>
    execa(process.execPath, [join(home(), "cli/main.ts"), ...args], {
      cwd: home(),
      all: true,
      reject: false,
      env: { ...env, ...there },
    });
  const filters = { label: [`io.trivet.environment=${environment}`] };
  const ids = async () => (await docker.listContainers({ all: true, filters })).map(({ Id }) => Id).sort();
  const before = await ids();

  const refused = await inClone("up", environment, "--yes");
  t.is(refused.exitCode, 2);
  t.regex(
    refused.all,
    /is there already, and this clone has no state of it.*trivet adopt test.*trivet destroy test --without-state/s,
  );
  t.regex((await inClone("status", environment)).stdout, /another state owns/);
  const kept = await inClone("destroy", environment, "--yes");
  t.deepEqual([kept.exitCode, await ids()], [2, before]);

  t.is((await inClone("adopt", environment)).exitCode, 0);
  const { stdout } = await inClone("output", environment, "inventory", "--show-secrets");
  t.deepEqual(JSON.parse(stdout), inventory);
  t.regex((await inClone("up", environment, "--yes")).all, /No change: test was up already, and healthy/);
  t.deepEqual(await ids(), before);
});

test.serial("a container removed by hand is named, and made anew by up", async (t) => {
  const { container } = serviceOn(inventory, "web1", "icingaweb");
  await docker.getContainer(container).remove({ force: true });
  const { all } = await trivet("up", environment, "--yes");
  t.regex(all, new RegExp(`the container ${container} is gone: it is made anew.*and healthy`, "s"));
});

test.serial("every clock is right", async (t) => {
  const { stdout } = await trivet("check", environment, "--json");
  const { right, clocks } = JSON.parse(stdout) as { right: boolean; clocks: { host: string; offset: number }[] };
  t.true(right);
  t.is(clocks.length, inventory.hosts.length + 3 + 3, "each host, each time host, each database");
  for (const { host, offset } of clocks) t.true(Math.abs(offset) < 0.1, host);
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

test.serial("the writer's name gives one healthy node, and another one when that is killed", async (t) => {
  const { writerName } = inventory.database;
  /** The one address that all servers give. */
  const named = async () => {
    const answers = await Promise.all(inventory.dnsServers.map((server) => resolveAt(server, writerName)));
    for (const answer of answers) t.true(answer.length <= 1, `${writerName} gives ${answer}`);
    const [address, ...others] = new Set(answers.flat());
    if (!address || others.length > 0) throw new Error(`${writerName} gives ${answers.join(" and ")}`);
    return address;
  };
  const before = await eventually(named);
  const record = inventory.services.find(({ service, address }) => service === "galera" && address === before)!;
  await kill(record);
  t.teardown(() => revive(record).catch(() => {}));
  const after = await eventually(async () => {
    const now = await named();
    if (now === before) throw new Error(`${writerName} still gives ${now}`);
    return now;
  });
  const writer = await connect(inventory, after);
  await writer.query("REPLACE INTO e2e VALUES (3, 'by the next writer')");
  await writer.end();
  await revive(record);
  await untilHealthy();
  t.true(addressesOf(databaseHosts()).includes(await eventually(named)));
});

test.serial("a supervisor that loses a connection goes on, and sees what becomes of its database", async (t) => {
  const host = databaseHosts().at(-1)!;
  const database = serviceOn(inventory, host, "galera");
  const desync = (value: "ON" | "OFF") =>
    inContainer(database, "mariadb", "--execute", `SET GLOBAL wsrep_desync = ${value}`);
  /** What the health script says of the database. */
  const told = (expected: RegExp) =>
    eventually(async () => {
      const { services } = await status();
      const { detail } = services.find((one) => one.host === host && one.service === "galera-supervisor")!;
      if (!expected.test(detail)) throw new Error(`the supervisor on ${host} says "${detail}"`);
    });
  const kill =
    "SELECT CONCAT('KILL CONNECTION ', id, ';') FROM information_schema.processlist WHERE user = 'trivet_supervisor'";
  await inContainer(database, "sh", "-c", `mariadb --skip-column-names --batch --execute "${kill}" | mariadb --force`);
  await desync("ON");
  t.teardown(() => desync("OFF").catch(() => {}));
  await told(/answers, unfit/);
  await desync("OFF");
  await told(/answers, fit/);
  await untilHealthy();
  t.pass();
});

test.serial(
  "another build of the database's image, and back, under writes: a client that tries twice fails never",
  async (t) => {
    t.timeout(8 * 60_000);
    const nodes = inventory.services.filter(({ service }) => service === "galera");
    const image = async (container: string) => (await docker.getContainer(container).inspect()).Image;
    const first = await image(nodes[0]!.container);
    const second = "trivet/galera:second-build";
    await execa("docker", ["build", "--tag", second, "-"], { input: `FROM ${first}\nLABEL build=second\n` });
    t.teardown(() => docker.getImage(second).remove());
    const upgraded = await copyOfStacks(t);
    const settings = join(upgraded, `stacks/Pulumi.${environment}.yaml`);
    const own = await readFile(settings, "utf8");
    await writeFile(settings, own.replace(/^config:\n/m, `config:\n  trivet:images: { galera: "${second}" }\n`));
    const up = async (projectDir: string) => engine.up({ ...(await stateOptions()), projectDir });

    const acknowledged: number[] = [];
    const images: string[] = [];
    await writingWhile(acknowledged, async () => {
      t.deepEqual((await up(upgraded)).errors, []);
      for (const { container } of nodes) images.push(await image(container));
      t.deepEqual(Object.keys((await up(upgraded)).changes), ["same"], "a second up changes nothing");
      t.deepEqual((await up(home())).errors, []);
    });
    t.is(new Set(images).size, 1);
    t.not(images[0], first);
    for (const { container } of nodes) t.is(await image(container), first);
    for (const { address } of nodes) {
      const reader = await connect(inventory, address);
      await reader.query("SET SESSION wsrep_sync_wait = 1");
      const [rows] = await reader.query("SELECT id FROM e2e WHERE id >= 1000 ORDER BY id");
      t.deepEqual(
        (rows as { id: number }[]).map(({ id }) => id),
        acknowledged,
      );
      await reader.end();
    }
    t.log(`${acknowledged.length} transactions`);
  },
);

/** Writes rows from 1000 on, one by one through the name, until the work is over. Rejects when one failed twice. */
async function writingWhile(acknowledged: number[], work: () => Promise<void>): Promise<void> {
  const working = work();
  const over = working.then(
    () => true,
    () => true,
  );
  let connection: Awaited<ReturnType<typeof connect>> | undefined;
  /** A transaction that may be tried again, whatever became of it. */
  const write = async (id: number) => {
    try {
      if (!connection) {
        const [address] = await resolveAt(inventory.dnsServers[0]!, name);
        connection = await connect(inventory, address!);
        connection.on("error", () => {});
      }
      await connection.query("REPLACE INTO e2e VALUES (?, 'while they were changed')", [id]);
    } catch (error) {
      connection?.destroy();
      connection = undefined;
      throw error;
    }
  };
  for (let id = 1_000; !(await Promise.race([over, setTimeout(50, false)])); id++) {
    await write(id).catch(() => setTimeout(500).then(() => write(id)));
    acknowledged.push(id);
  }
  await connection?.end();
  await working;
}

test.serial("a killed DNS server does not stop resolution, nor does a restart of all, one by one", async (t) => {
  const server = inventory.services.find(
    (record) => record.service === "bind" && record.address === inventory.dnsServers[0],
  )!;
  const client = inventory.services.find((record) => record.service === "icingaweb")!;
  await kill(server);
  t.teardown(() => revive(server).catch(() => {}));
  for (let look = 0; look < 5; look++) {
    const { stdout } = await inContainer(client, "getent", "ahostsv4", name);
    t.true(
      addressesOf(databaseHosts()).some((address) => stdout.startsWith(address)),
      stdout,
    );
  }
  await revive(server);
  await untilHealthy();
  const before = await started();
  await trivet("restart", environment, "bind");
  const after = await started();
  for (const { service, container } of inventory.services) {
    const restarted = after[`/${container}`] !== before[`/${container}`];
    t.is(restarted, service === "bind", `${container} was ${restarted ? "" : "not "}restarted`);
  }
});

test.serial("the checks of a killed active Icinga master go on at the other", async (t) => {
  t.timeout(6 * 60_000);
  const active = (await status()).services.find((row) => row.service === "icingadb" && row.state === "responsible");
  t.truthy(active, "one database writer is responsible");
  const other = inventory.services.find(
    (record) => record.service === "icinga-master" && record.host !== active!.host,
  )!;
  const victims = inventory.services.filter(
    (record) => record.host === active!.host && ["icinga-master", "icingadb", "redis"].includes(record.service),
  );
  t.is(victims.length, 3);
  for (const record of victims) await kill(record);
  t.teardown(() => Promise.allSettled(victims.map(revive)));
  const killedAt = Date.now() / 1000;
  await eventually(async () => {
    // What only the dead host itself could measure (its disk, its load) is not to be had now.
    const measurable = (await lastChecks(other)).filter(({ name }) => !name.match(`^${active!.host}!(disk|load)$`));
    const stale = measurable.filter((service) => service.last_check < killedAt);
    if (stale.length) throw new Error(`not checked since the kill: ${stale.map((service) => service.name).join(", ")}`);
  });
  await eventually(async () => {
    const writer = (await status()).services.find((row) => row.service === "icingadb" && row.host === other.host);
    if (writer?.state !== "responsible") throw new Error(`the other database writer is ${JSON.stringify(writer)}`);
  }, 150);
  const icinga = `${active!.host}!icinga`;
  await eventually(async () => {
    if ((await told(icinga)).length === 0) throw new Error(`nobody was told of ${icinga}`);
  });
  for (const record of victims) await revive(record);
  await untilHealthy();
  await eventually(async () => {
    if (!(await told(icinga)).includes("RECOVERY")) throw new Error(`nobody was told that ${icinga} is well again`);
  });
  t.deepEqual(
    await told(icinga),
    ["PROBLEM", "RECOVERY"],
    "once each, although the master that came back had missed it",
  );
});

/** The types of the notifications that the receiver got for an object. */
async function told(object: string): Promise<string[]> {
  const receiver = inventory.services.find(({ service }) => service === "receiver")!;
  const { stdout } = await inContainer(receiver, "cat", "/var/lib/trivet/notifications.jsonl");
  const all = stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { object: string; type: string });
  return all.filter((each) => each.object === object).map(({ type }) => type);
}

test.serial("Icinga Web shows the hosts of the inventory, in both colours", async (t) => {
  t.timeout(3 * 60_000);
  // An environment that is up a moment ago has objects that wait for their first check.
  const { hosts } = await eventually(async () => {
    const shown = await loggedIn(inventory.web, async (page) => {
      const textOf = async (path: string) => {
        await page.goto(new URL(path, inventory.web.url).href);
        await page.waitForSelector("#col1 .item-list");
        return page.locator("#col1").innerText();
      };
      const hosts = await textOf("/icingaweb2/icingadb/hosts?limit=500");
      const services = await textOf("/icingaweb2/icingadb/services?limit=500");
      await page.screenshot({ path: join(project, ".trivet", "icinga-web-test.png") });
      return { hosts, services };
    });
    for (const colour of [/critical on purpose\s+on\s+plain1\s+is\s+CRITICAL/, /is\s+OK/]) {
      if (!colour.test(shown.services)) throw new Error(`no ${colour} in ${shown.services}`);
    }
    return shown;
  }, 60);
  for (const { name } of inventory.watched) t.true(hosts.includes(name), `${name} is shown`);
});

test.serial("a second up changes nothing", async (t) => {
  t.timeout(3 * 60_000);
  const { all } = await trivet("up", environment, "--yes");
  t.regex(all!, /No change: test was up already/);
});

test.serial("a host added to the file is watched after a reload, and nothing restarts", async (t) => {
  t.timeout(3 * 60_000);
  const before = await started();
  const stacks = await copyOfStacks(t);
  const file = join(stacks, "stacks/watched/test.yaml");
  await appendFile(file, watchedToo("newcomer", "ping"));
  const changed: string[] = [];
  const result = await engine.up({
    ...(await stateOptions()),
    projectDir: stacks,
    onEvent: (event) => {
      if (event.kind === "step" && event.phase === "done" && event.op !== "same")
        changed.push(`${event.op} ${event.name}`);
    },
  });
  t.deepEqual(result.errors, []);
  t.deepEqual(
    changed.filter((step) => !step.includes("trivet-test")),
    ["update icinga-objects"],
  );
  const master = inventory.services.find((record) => record.service === "icinga-master")!;
  await eventually(async () => {
    const checks = await lastChecks(master, ["newcomer"]);
    if (checks.some((check) => check.last_check < 0)) throw new Error("not checked yet");
  });
  t.deepEqual(await started(), before);
  // Back to what the environment's own files say, for whoever comes next.
  const back = await engine.up({ ...(await stateOptions()), projectDir: home() });
  t.deepEqual(back.errors, []);
});

test.serial("the row of a schema's version is gone: status says so, and nothing is dropped", async (t) => {
  t.timeout(10 * 60_000);
  const importing = inventory.services.find(({ service }) => service === "icingadb")!;
  await icingaSql(inventory, "CREATE TABLE mine (id INT PRIMARY KEY); INSERT INTO mine VALUES (7)");
  const versions = await icingaSql(inventory, "SELECT version FROM icingadb_schema ORDER BY id");
  const before = await icingaSql(inventory, "SELECT HEX(id) FROM state_history");
  t.true(before.length > 0);
  await icingaSql(inventory, "DELETE FROM icingadb_schema");
  await docker.getContainer(importing.container).restart();
  const statement = await eventually(async () => {
    const { problems = [] } = await status();
    const [, found] = /no row in icingadb_schema .* put the row back: (INSERT .*)$/.exec(problems.join("\n")) ?? [];
    if (!found) throw new Error(problems.join("\n"));
    return found;
  }, 60);
  await icingaSql(inventory, statement);
  await untilHealthy();
  t.deepEqual(await icingaSql(inventory, "SELECT version FROM icingadb_schema ORDER BY id"), versions.slice(-1));
  const after = new Set(await icingaSql(inventory, "SELECT HEX(id) FROM state_history"));
  t.deepEqual(
    before.filter((id) => !after.has(id)),
    [],
  );
  t.deepEqual(await icingaSql(inventory, "SELECT id FROM mine; DROP TABLE mine"), ["7"]);
});

test.serial("the IDO in place of Icinga DB, and back: each keeps its history; names in any script", async (t) => {
  t.timeout(20 * 60_000);
  const stacks = await copyOfStacks(t);
  const settings = join(stacks, "stacks/Pulumi.test.yaml");
  const own = await readFile(settings, "utf8");
  await writeFile(settings, own.replace("trivet:monitoring:", "trivet:monitoring:\n    backend: ido"));
  const more = watchedToo("Büro", "ping") + watchedToo("東京", "{ kind: ssh, name: 保守 }");
  await appendFile(join(stacks, "stacks/watched/test.yaml"), more);
  const history = {
    icingadb: "SELECT HEX(id) FROM state_history",
    ido: "SELECT statehistory_id FROM icinga_statehistory",
  };
  const written = await icingaSql(inventory, history.icingadb);

  const there = await engine.up({ ...(await stateOptions()), projectDir: stacks });
  t.deepEqual(there.errors, []);
  await untilHealthy();
  const writers = (await status()).services.filter(
    ({ service, detail }) => service === "icinga-master" && detail.includes("; it writes to the database"),
  );
  t.is(writers.length, 1);
  const ofIdo = await eventually(async () => {
    const rows = await icingaSql(inventory, history.ido);
    if (rows.length === 0) throw new Error("the IDO has no history yet");
    return rows;
  });
  await eventually(() =>
    loggedIn(inventory.web, async (page) => {
      for (const name of ["Büro", "東京"]) {
        const answer = await page.goto(
          new URL(`/icingaweb2/monitoring/host/show?host=${encodeURIComponent(name)}`, inventory.web.url).href,
        );
        const shown = await page.locator("#layout").innerText();
        if (answer?.status() !== 200 || !shown.includes(name)) throw new Error(`${name}: ${answer?.status()} ${shown}`);
      }
    }),
  );

  const back = await engine.up({ ...(await stateOptions()), projectDir: home() });
  t.deepEqual(back.errors, []);
  await untilHealthy();
  for (const [backend, rows] of [
    ["icingadb", written],
    ["ido", ofIdo],
  ] as const) {
    const now = new Set(await icingaSql(inventory, history[backend]));
    t.deepEqual(
      rows.filter((id) => !now.has(id)),
      [],
      `${backend} lost none of its ${rows.length} rows`,
    );
  }
});

/** When each container of the environment was started. */
async function started(): Promise<Record<string, string>> {
  const inspected = await Promise.all(
    inventory.services.map(({ container }) => docker.getContainer(container).inspect()),
  );
  return Object.fromEntries(inspected.map((container) => [container.Name, container.State.StartedAt]));
}

/** A line of a hosts file: one more name for the plain machine. */
function watchedToo(name: string, check: string): string {
  const { address, domain } = inventory.watched.find((host) => host.name === "plain1")!;
  return `  - { name: ${name}, address: ${address}, domain: ${domain}, checks: [${check}] }\n`;
}

/** A project folder whose `stacks` may be changed: a copy; all else is the project's own, by links. */
async function copyOfStacks(t: ExecutionContext): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), "trivet-"));
  t.teardown(() => rm(copy, { recursive: true }));
  for (const entry of await readdir(home())) {
    if (entry === "stacks") await cp(join(home(), entry), join(copy, entry), { recursive: true });
    else if (!entry.startsWith(".")) await symlink(join(home(), entry), join(copy, entry));
  }
  return copy;
}

/** Name and time of the last check, in epoch seconds, of every service that the environment's hosts file names. */
async function lastChecks(
  master: ServiceRecord,
  hosts = inventory.watched.map((host) => host.name),
): Promise<{ name: string; last_check: number }[]> {
  const watched = new Set(hosts);
  const services = (await allChecks(master, "services")).filter(({ name }) => watched.has(name.split("!")[0]!));
  if (services.length === 0) throw new Error(`Icinga knows no service of ${hosts.join(", ")}`);
  return services;
}

/** The same of every host, or of every service. */
async function allChecks(master: ServiceRecord, kind: "hosts" | "services") {
  const { user, password } = inventory.icinga.api;
  const url = `https://127.0.0.1:5665/v1/objects/${kind}?attrs=last_check`;
  const { stdout } = await inContainer(master, "curl", "-sk", "--fail", "-u", `${user}:${password}`, url);
  const { results } = JSON.parse(stdout) as { results: { name: string; attrs: { last_check: number } }[] };
  return results.map(({ name, attrs }) => ({ name, last_check: attrs.last_check }));
}
