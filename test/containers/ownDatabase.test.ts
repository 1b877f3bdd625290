import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import mysql from "mysql2/promise";
import pRetry from "p-retry";
import { databasesSql } from "../../components/galera/config.ts";
import { ports } from "../../components/galera/facts.ts";
import { userSql } from "../../components/galera/passwords.ts";
import { runningConf } from "../../components/galera/running.ts";
import { userLimitsSql } from "../../components/galera/users.ts";
import { monitoredDatabaseOf } from "../../node/adapters/monitoredDatabase.ts";
import { ownDatabaseOf } from "../../node/adapters/ownDatabase.ts";
import { inSession, sessionOf } from "../../node/adapters/session.ts";
import { applySettings } from "../../node/adapters/settings.ts";
import { localState } from "../../node/types.ts";
import { PLACES, startDatabase } from "./database.ts";

/** Each port of the keeper to its database, against a real one. */
const nasty = `it's "near" \\ ; -- \`x\` é %s $(id) near`;
const monitor = { user: "trivet_monitor", password: nasty };
const app = { name: "app", user: "app", password: `${nasty}2` };

let at: Awaited<ReturnType<typeof startDatabase>>;
let database: ReturnType<typeof ownDatabaseOf>;
const said: string[] = [];
const log = { say: (text: string) => said.push(text) };
const own = () =>
  ownDatabaseOf(
    {
      login: { socketPath: at.socketPath, user: "root" },
      ours: ["trivet_monitor", "trivet_supervisor"],
      statements: join(at.folder, "databases.sql"),
      settings: join(at.folder, "running.cnf"),
    },
    log,
  );

test.before(async () => {
  at = await startDatabase("trial-database");
  database = own();
});
test.after.always(async () => {
  database?.close();
  await at?.remove();
});

/** Until it is so. */
const soon = (isSo: () => Promise<boolean>) => {
  const attempt = async () => {
    if (!(await isSo())) throw new Error("it is not so yet");
  };
  return pRetry(attempt, { retries: 200, factor: 1, minTimeout: 100, maxRetryTime: 20_000 });
};

/** Rows of one question to root's socket. */
async function asRoot(sql: string, limit = 5_000) {
  const session = sessionOf({ socketPath: at.socketPath, user: "root" });
  const answer = await session.ask(sql, limit);
  session.close();
  if ("refused" in answer) throw new Error(answer.refused);
  return answer.rows;
}
const value = async (name: string) => (await asRoot(`SELECT @@global.${name} AS value`))[0]!.value;

/** A client of the application. */
async function client(t: ExecutionContext, password = app.password) {
  const { name, user } = app;
  const connection = await mysql.createConnection({
    host: at.address,
    port: ports.client,
    user,
    password,
    database: name,
  });
  connection.on("error", () => {});
  t.teardown(() => connection.destroy());
  return connection;
}

const settings = (maxConnections: number, suspectTimeout = "1s" as const) =>
  writeFile(
    join(at.folder, "running.cnf"),
    runningConf("it", { maxConnections, innodbBufferPoolSize: "32M", evs: { suspectTimeout } }),
  );

test.serial("no database yet", async (t) => {
  t.false(await database.answers());
  t.is(await database.look(), undefined);
  t.is(await database.clients(), undefined);
  t.false(await database.setReadOnly(true));
  t.false(await database.endClients([1]));
  t.is(await database.makeUsers(), "early");
  await settings(PLACES);
  const { ok, said } = await applySettings(
    { socketPath: at.socketPath, user: "root" },
    join(at.folder, "running.cnf"),
    log,
  );
  t.true(ok);
  t.regex(said.join(), /^no database runs here: it reads its settings when it starts/);
});

test.serial("it starts, and is looked at", async (t) => {
  await at.start("--wsrep-new-cluster");
  await soon(async () => (await database.look())?.localState === localState.synced);
  t.true(await database.answers());
  const look = (await database.look())!;
  t.like(look, { status: "primary", localState: 4, size: 1, ready: true, idle: false });
  t.regex(look.uuid, /^[0-9a-f-]{36}$/);
  t.true(look.lastCommitted >= 0);
});

test.serial("its users are made once it is Synced, and settings that came meanwhile are taken", async (t) => {
  const supervisor = { user: "trivet_supervisor", password: "s" };
  const limits = { warning: 80, full: 95, counted: 0 };
  await writeFile(join(at.folder, "databases.sql"), databasesSql([app], monitor, supervisor, limits, [at.address]));
  await writeFile(join(at.folder, "limits.sql"), userLimitsSql([app.user], PLACES + 20));
  await settings(PLACES + 1);
  await asRoot("SET GLOBAL wsrep_desync = ON");
  t.is(await database.makeUsers(), "early");
  await asRoot("SET GLOBAL wsrep_desync = OFF");
  await soon(async () => (await database.makeUsers()) === "done");
  t.is(database.word().users, "made");
  t.is(await value("max_connections"), String(PLACES + 1));
  await settings(PLACES);
  t.is(await database.makeUsers(), "done");
  t.is(await value("max_connections"), String(PLACES));
  t.deepEqual(await asRoot("SELECT max_user_connections AS most FROM mysql.user WHERE user = 'app'"), [
    { most: String(PLACES + 20) },
  ]);
  const [rows] = await (await client(t)).query("SELECT DATABASE() AS name");
  t.deepEqual(rows, [{ name: "app" }] as never);
});

test.serial("a new password is in force, and the former one stays valid beside it", async (t) => {
  await writeFile(
    join(at.folder, "databases.sql"),
    userSql({ user: app.user, password: `${nasty}3` })
      .map((line) => `${line}\n`)
      .join(""),
  );
  t.is(await database.makeUsers(), "done");
  for (const password of [app.password, `${nasty}3`]) await t.notThrowsAsync(client(t, password));
  await t.throwsAsync(client(t, `${nasty}4`), { message: /Access denied/ });
});

test.serial("what is asked in turn on one connection ends with it", async (t) => {
  const answer = await inSession({ socketPath: at.socketPath, user: "root" }, async (session) => {
    await session.ask("SET @former = 1", 2_000);
    await session.ask("KILL CONNECTION_ID()", 2_000);
    return session.ask("SELECT @former", 2_000);
  });
  t.deepEqual(answer, { refused: "the connection was lost" });
});

test.serial("the monitor sees its state by the checks' port", async (t) => {
  const monitored = monitoredDatabaseOf({ host: at.address, port: ports.checks, ...monitor });
  t.teardown(monitored.close);
  const { state, time } = (await monitored.read())!;
  t.like(state, {
    clusterStatus: "Primary",
    localState: 4,
    localStateComment: "Synced",
    ready: true,
    clusterSize: 1,
    readOnly: false,
  });
  t.true(Math.abs(time.said - time.before) < 1_000_000);
});

test.serial("a statement that fails is told, and no password", async (t) => {
  const before = said.length;
  const statements = [
    `CREATE DATABASE IF NOT EXISTS app;`,
    `CREATE USR 'x'@'%' IDENTIFIED BY 'secret-one';`,
    // Its own words have it: "Variable 'sql_mode' can't be set to the value of 'secret-two'".
    `DO PASSWORD('secret-two'); SET sql_mode = 'secret-two';`,
  ];
  for (const [index, expected] of [
    /^ERROR 1064 \(42000\) at line 2: You have an error in your SQL syntax; .{0,150}$/,
    /^ERROR 1231 \(42000\) at line 2: its words hold a password$/,
  ].entries()) {
    await writeFile(
      join(at.folder, "databases.sql"),
      [statements[0], statements[index + 1]].map((line) => `${line}\n`).join(""),
    );
    for (let time = 0; time < 2; time++) {
      const made = await database.makeUsers();
      t.true(typeof made === "object");
      const failed = (made as { failed: string }).failed;
      t.regex(failed, expected);
      t.notRegex(failed, /secret|it's|id\)/);
      t.deepEqual(database.word().users, { failed });
    }
  }
  // Once for each reason.
  t.is(said.length, before + 2);
});

test.serial("all settings, or none", async (t) => {
  const apply = async () => {
    const login = { socketPath: at.socketPath, user: "root" };
    return applySettings(login, join(at.folder, "running.cnf"), log);
  };
  const write = (...lines: string[]) =>
    writeFile(join(at.folder, "running.cnf"), lines.map((line) => `${line}\n`).join(""));
  // Each may not exceed the other at any moment: in passes.
  await write(
    "loose_wsrep_provider_evs_install_timeout = 9.000000",
    "loose_wsrep_provider_evs_inactive_timeout = 9.000000",
  );
  t.deepEqual(await apply(), { ok: true, said: [] });
  t.is(await value("wsrep_provider_evs_install_timeout"), "9.000000");
  await write("max_connections = 20", "innodb_buffer_pool_size = 8589934592");
  const refused = await apply();
  t.false(refused.ok);
  t.regex(refused.said.join(), /^MariaDB does not take innodb_buffer_pool_size = 8589934592: (Warning|ERROR)/);
  t.is(await value("max_connections"), String(PLACES));
  await write("max_connections = 20", "no_such_variable = 1");
  const unknown = await apply();
  t.regex(unknown.said.join(), /^MariaDB does not take no_such_variable = 1: ERROR 1193 .*Unknown system variable/);
  t.is(await value("max_connections"), String(PLACES));
});

test.serial("read-only, and writable again", async (t) => {
  t.true(await database.setReadOnly(true));
  t.is(await value("read_only"), "1");
  t.true(database.word().full);
  t.true(await database.setReadOnly(false));
  t.is(await value("read_only"), "0");
  t.false(database.word().full);
});

test.serial("clients between two transactions, and in the middle of one", async (t) => {
  const id = async (connection: mysql.Connection) => {
    const [rows] = await connection.query<mysql.RowDataPacket[]>("SELECT CONNECTION_ID() AS id");
    return Number(rows[0]!.id);
  };
  const [idle, busy] = [await client(t), await client(t)];
  await busy.query("CREATE TABLE IF NOT EXISTS t (id INT PRIMARY KEY)");
  await busy.query("START TRANSACTION");
  await busy.query("INSERT INTO t VALUES (1)");
  const ids = [await id(idle)];
  const clients = (await database.clients())!;
  t.deepEqual({ ...clients, idle: clients.idle.filter((each) => ids.includes(each)) }, { idle: ids, busy: 1 });
  t.true(await database.endClients([...clients.idle, 4_000_000_000]));
  await soon(async () => (await database.clients())!.idle.length === 0);
  await t.throwsAsync(idle.query("SELECT 1"));
  await t.notThrowsAsync(busy.query("COMMIT"));
});

test.serial("with all its places taken it is asked all the same", async (t) => {
  await t.throwsAsync(
    async () => {
      for (;;) await client(t);
    },
    { message: /Too many connections/ },
  );
  const monitored = monitoredDatabaseOf({ host: at.address, port: ports.checks, ...monitor });
  t.teardown(monitored.close);
  t.truthy(await monitored.read());
  t.truthy(await database.look());
  t.true(await database.setReadOnly(true));
  t.true(await database.setReadOnly(false));
  // Root has one place more, which is taken here: a keeper that comes then sees that it answers.
  const last = sessionOf({ socketPath: at.socketPath, user: "root" });
  await last.ask("SELECT 1", 2_000);
  const late = own();
  t.true(await late.answers());
  t.is(await late.look(), undefined);
  last.close();
  late.close();
});

test.serial("one that hangs is noticed in time, and asked again afterwards", async (t) => {
  await soon(async () => (await database.look()) !== undefined);
  const monitored = monitoredDatabaseOf({ host: at.address, port: ports.checks, ...monitor });
  t.teardown(monitored.close);
  t.truthy(await monitored.read());
  await at.signal("STOP");
  const took = async <T>(asks: Promise<T>) => {
    const began = performance.now();
    return [await asks, performance.now() - began] as const;
  };
  const [answers, look, clients, ended, made, read, set] = await Promise.all([
    took(database.answers()),
    took(database.look()),
    took(database.clients()),
    took(database.endClients([1, 2])),
    took(database.makeUsers()),
    took(monitored.read()),
    took(database.setReadOnly(false)),
  ]);
  // On connections that are made meanwhile, too.
  const again = await took(database.answers());
  await at.signal("CONT");
  t.deepEqual(
    [answers, look, clients, ended, made, read, set, again].map(([answer]) => answer),
    [false, undefined, undefined, false, "early", undefined, false, false],
  );
  for (const [, time] of [answers, made, read, again]) t.true(time < 4_000, String(time));
  for (const [, time] of [look, clients, ended]) t.true(time < 7_000, String(time));
  t.true(set[1] < 12_000, String(set[1]));
  await soon(async () => (await database.look()) !== undefined && (await monitored.read()) !== undefined);
});

test.serial("cut off from its group it says so, without quorum as well, and is promoted", async (t) => {
  const group = (...addresses: string[]) =>
    asRoot(`SET GLOBAL wsrep_cluster_address = 'gcomm://${addresses.join()}?pc.wait_prim=no&pc.recovery=no'`, 20_000);
  // It finds nobody to connect to, and does not try again: as one that was evicted.
  await group(at.address);
  await soon(async () => (await database.look())?.status === "disconnected");
  t.like(await database.look(), { localState: 0, size: 0, ready: false });
  // Nobody has that address.
  await group(at.address, at.address.replace(/\d+$/, "250"));
  await soon(async () => (await database.look())?.status === "nonprimary");
  t.like(await database.look(), { localState: 0, size: 1, ready: false });
  t.true(await database.answers());
  t.is(await database.makeUsers(), "early");
  t.true(await database.promote());
  await soon(async () => (await database.look())?.localState === localState.synced);
  t.is((await database.look())?.status, "primary");
});
