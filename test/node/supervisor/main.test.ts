import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, uptime } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { imageProgram } from "../../../images/index.ts";
import { readLogin, readSettings, type SupervisorSettings } from "../../../node/supervisor/settings.ts";
import { runScript } from "../../components/galera/script.ts";
import { type Answer, fakeDatabase } from "../adapters/fakeDatabase.ts";

const uuid = (last: number) => `6e1b1e0a-0000-11f0-9f5c-00000000000${last}`;

const state = {
  wsrep_gcomm_uuid: uuid(1),
  wsrep_cluster_status: "Primary",
  wsrep_cluster_size: "1",
  wsrep_local_state: "4",
  wsrep_ready: "ON",
  read_only: 0,
};

/** Of a host whose Consul can't be asked. */
const settings = (port: number): SupervisorSettings => ({
  cluster: "shop",
  self: { name: "db1", address: "198.18.1.11" },
  supervised: [{ name: "db1", address: "198.18.1.11" }],
  service: "db",
  writer: "db-writer",
  database: { port, checksPort: 65_535 },
  consul: "http://127.0.0.1:1/v1",
});
const login = { user: "u", password: "p" };
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));

/** The whole program, as its image starts it, with a clock that the test sets; `began` is told the folder that it runs in. */
function program(t: ExecutionContext, told: SupervisorSettings) {
  const notes = mkdtempSync(join(tmpdir(), "trivet-supervisor-"));
  t.teardown(() => rmSync(notes, { recursive: true }));
  const ended = runScript({
    script: "supervisor/entrypoint",
    files: {
      "etc/supervisor/settings.json": JSON.stringify(told),
      "etc/supervisor/login.json": JSON.stringify(login),
      "bin/program.cjs": Buffer.from(imageProgram("supervisor")!).toString(),
    },
    commands: { "prepare-host": `echo $folder > ${notes}/folder` },
    timeout: 40,
  });
  const folder = () => readFileSync(join(notes, "folder"), "utf8").trim();
  return {
    ended,
    step: (seconds: number) => writeFileSync(join(folder(), "faketime"), `${seconds}s`),
    finish: () => process.kill(Number(readFileSync(join(folder(), "pid"), "utf8"))),
  };
}

test("settings are those that the component writes, and nothing else", (t) => {
  const given = settings(3306);
  t.deepEqual(readSettings(bytes(given)), given);
  const { writer, ...half } = given;
  for (const wrong of [half, { ...given, more: 1 }, { ...given, self: { name: "x[$(id)]", address: "::1" } }, "{", 7])
    t.throws(() => readSettings(bytes(wrong)), undefined, JSON.stringify(wrong));
  t.deepEqual(readLogin(bytes(login)), login);
  t.throws(() => readLogin(bytes({ user: "u" })));
});

test("the clock is set back while it runs, and its database ends all connections: found again, and told", async (t) => {
  t.timeout(60_000);
  let looks = 0;
  const database = await fakeDatabase((sql): Answer => {
    if (sql.startsWith("SET SESSION") || sql.startsWith("CALL trivet.evict")) return "done";
    if (sql.includes("view_members")) {
      looks++;
      if (looks === 3) step(-3600);
      if (looks === 6) database.cut();
      if (looks === 12) setTimeout(finish, 1_500);
      return [{ member: "member", uuid: uuid(1), name: "db1" }];
    }
    return sql.includes("global_status") ? [state] : [{ alive: "alive" }];
  });
  t.teardown(() => database.close());
  const { ended, step, finish } = program(t, settings(database.port));
  const { exitCode, timedOut, stderr, run } = await ended;
  t.false(timedOut, stderr);
  t.is(exitCode, 0, stderr);
  t.true(looks >= 12, `${looks} looks`);
  // Its port stayed open: it was never taken for dead.
  t.false(stderr.includes("the database is"), stderr);
  const { told, ...rest } = JSON.parse(run["status.json"]!);
  t.deepEqual(rest, { database: "answers", fit: true, consul: false, writer: false });
  t.true(Math.abs(told - uptime()) < 30);
});

test("settings that are none end it, with what is wrong", async (t) => {
  const { exitCode, stderr } = await program(t, { ...settings(3306), writer: "" }).ended;
  t.is(exitCode, 1);
  t.regex(stderr, /writer/);
});

test("health: by the time since the machine's start", async (t) => {
  const now = Math.floor(uptime());
  const health = async (status: unknown) => {
    const { stdout, exitCode } = await runScript({
      script: "supervisor/health",
      files: { "run/status.json": typeof status === "string" ? status : JSON.stringify(status) },
    });
    return [exitCode, JSON.parse(stdout)] as const;
  };
  const well = { told: now - 1, database: "answers", fit: true, consul: true, writer: true, address: "198.18.1.11" };
  t.deepEqual(await health(well), [
    0,
    {
      state: "writer",
      detail: "database answers, fit; writer 198.18.1.11",
      database: "answers",
      writer: true,
      writerAddress: "198.18.1.11",
    },
  ]);
  const { address: _, ...nobody } = well;
  t.deepEqual(await health({ ...nobody, fit: false, writer: false }), [
    0,
    {
      state: "watching",
      detail: "database answers, unfit; writer none",
      database: "answers",
      writer: false,
      writerAddress: null,
    },
  ]);
  const state = async (status: unknown) => {
    const [exitCode, said] = await health(status);
    return [exitCode, said.state];
  };
  t.deepEqual(await state({ ...well, database: "gone" }), [1, "without database"]);
  t.deepEqual(await state({ ...well, consul: false }), [1, "without Consul"]);
  for (const told of [now - 20, now + 1_000, "x[$(touch /tmp/never)]", null])
    t.deepEqual(await state({ ...well, told }), [1, "starting"]);
  t.deepEqual(await state("{"), [1, "starting"]);
});
