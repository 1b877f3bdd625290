import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { siteTimeOf, wallClock } from "../../../node/adapters/time.ts";
import type { ClockLimits } from "../../../node/keeper/clock.ts";
import type { Named } from "../../../node/types.ts";

const limits: ClockLimits = { warning: 100_000, critical: 1_000_000 };
const peers: Named[] = [
  { name: "db2", address: "198.18.2.11" },
  { name: "db3", address: "198.18.3.11" },
];
const second = 1_000_000;

/** What the programs print, as bash, and what the peers' databases say. */
interface World {
  chronyd?: string;
  chronyc?: string;
  date?: string;
  says?: (peer: Named) => unknown;
  servers?: string[];
}

async function time(
  t: ExecutionContext,
  { chronyd = "exit 1", chronyc = "exit 1", date = 'exec /bin/date "$@"', says, servers = ["198.18.1.53"] }: World,
) {
  const folder = await mkdtemp(join(tmpdir(), "trivet-time-"));
  t.teardown(() => rm(folder, { recursive: true }));
  for (const [name, body] of Object.entries({ chronyd, chronyc, date })) {
    await writeFile(join(folder, name), `#!/bin/bash\necho "$*" >> ${folder}/asked\n${body}\n`);
    await chmod(join(folder, name), 0o755);
  }
  let now = 0;
  const asked: string[] = [];
  const it = siteTimeOf({
    peers,
    servers,
    limits,
    environment: { MARK: "mark" },
    // A busy machine may take long to start a program; one that hangs is waited for as long as it says.
    within: chronyc.startsWith("sleep")
      ? { query: 100, tracking: 100, clock: 100 }
      : { query: 30_000, tracking: 30_000, clock: 30_000 },
    programs: folder,
    clock: { now: () => now, sleep: async () => {} },
    askTime: async (peer) => {
      asked.push(peer.name);
      return says?.(peer);
    },
  });
  return { it, asked, pass: (millis: number) => (now += millis) };
}
const wrong = (seconds: string) => `echo '2026-11-21T11:58:13Z System clock wrong by ${seconds} seconds (ignored)' >&2`;
const tracking = (behind: string, leap = "Normal") =>
  `echo 'C6120135,198.18.1.53,9,1795262011.5,${behind},0.0,0.0,0.001,-0.000,0.007,0.00003,0.00001,16.1,${leap}'`;
const right = (off = 0) => String(wallClock() + off * second);

test("before the start: the time hosts are asked, and nothing is set", async (t) => {
  const { it, asked } = await time(t, {
    chronyd: `[ "$*" = "-Q -t 3 server 198.18.1.53 iburst maxsamples 1" ] && ${wrong("0.000020")}`,
  });
  t.deepEqual(await it.judge(), { wrong: false, offset: 0, said: "clock right" });
  t.deepEqual(asked, []);
});

test("before the start: one that is wrong is told by how much, unless another database has the same time", async (t) => {
  const chronyd = wrong("-1900.000000");
  const said = "clock 1900.000 s ahead of the site's time";
  const alone = await time(t, { chronyd });
  t.deepEqual(await alone.it.judge(), { wrong: true, offset: 1900, said });
  t.deepEqual(alone.asked.toSorted(), ["db2", "db3"]);
  const { it } = await time(t, { chronyd, says: () => right(-1900) });
  t.like(await it.judge(), { wrong: true });
  const all = await time(t, { chronyd, says: ({ name }) => (name === "db3" ? right() : right(-1900)) });
  t.deepEqual(await all.it.judge(), {
    wrong: false,
    offset: 1900,
    said: `${said}, but another database agrees with it`,
  });
});

test("silence, and what is no time, prove nothing", async (t) => {
  const unknown = { wrong: false, offset: 0, said: "time source does not answer" };
  for (const chronyd of [
    "exit 1",
    "echo wrong by a[0] seconds",
    wrong("1e9"),
    "head -c 100000 /dev/zero",
    "kill -9 $$",
  ])
    t.deepEqual(await (await time(t, { chronyd })).it.judge(), unknown);
  t.deepEqual(await (await time(t, { servers: [], chronyd: wrong("5") })).it.judge(), unknown);
  for (const said of ["", "a[$(id)]", `${wallClock()}x`, null, {}, -1]) {
    const { it } = await time(t, { chronyd: wrong("-5"), says: () => said });
    t.like(await it.judge(), { wrong: true });
  }
  const { it } = await time(t, {
    chronyd: wrong("-5"),
    says: () => {
      throw new Error("gone");
    },
  });
  t.like(await it.judge(), { wrong: true });
});

test("the first answer is asked for ahead, and counts once and for 5 s", async (t) => {
  const chronyd = 'n=$(wc -l < "$(dirname "$0")"/asked); echo "System clock wrong by $n.0 seconds (ignored)"';
  const { it, pass } = await time(t, { chronyd });
  pass(5_000);
  t.is((await it.judge()).offset, -1);
  t.is((await it.judge()).offset, -2);
  const late = await time(t, { chronyd });
  late.pass(5_001);
  t.is((await late.it.judge()).offset, -2);
});

test("a database is judged by what it says, and by its host's own chrony", async (t) => {
  const judged = async (world: World, off: number, took = 0) => {
    const now = wallClock();
    const asked = { said: now + off * second, before: now - took, after: now + took };
    return (await (await time(t, world)).it.judgeDatabase(asked)).said;
  };
  const synchronised = { chronyc: `[ "$*" = "-h 127.0.0.1 -c tracking" ] && ${tracking("0.000001")}` };
  t.is(await judged(synchronised, 0), "clock right");
  t.is(await judged(synchronised, 1900), "clock 1899.999 s ahead of the site's time");
  t.is(await judged({ chronyc: tracking("0.25") }, 0), "clock 0.250 s behind the site's time");
  t.is(await judged({ chronyc: tracking("-30") }, -30), "clock right");
  for (const chronyc of [tracking("0", "Not synchronised"), "exit 1", "echo 1,2,3", "sleep 60"])
    t.is(await judged({ chronyc }, 0), "time source does not answer");
  t.is(await judged({}, 1900), "clock 1900.000 s ahead of the site's time");
  t.is(
    await judged({ chronyc: tracking("0"), says: () => right(1900) }, 1900),
    "clock 1900.000 s ahead of the site's time, but another database agrees with it",
  );
  // What the question took is doubt.
  t.is(await judged({ chronyc: tracking("0") }, 1.3, 400_000), "clock 1.300 s ahead of the site's time");
});

test("what stands for the database has a test's clock, and this process has not", async (t) => {
  const database = `[ "$MARK" = mark ] && ${wrong("-3600")}`;
  const date = `[ "$MARK" = mark ] && /bin/date -d "3600 seconds" "$@"`;
  t.like(await (await time(t, { chronyd: database, date, says: () => right() })).it.judge(), { wrong: true });
  t.like(await (await time(t, { chronyd: database, date, says: () => right(3600) })).it.judge(), { wrong: false });
  t.like(await (await time(t, { chronyd: database, date: "exit 1", says: () => right() })).it.judge(), { wrong: true });
});
