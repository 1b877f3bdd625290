import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { execa } from "execa";
import { clockScript } from "../../../components/galera/clock.ts";
import { checkScript } from "../../../components/galera/config.ts";

const nodes = ["198.18.1.11", "198.18.2.11", "198.18.3.11"];
const script = clockScript({ servers: ["198.18.1.53", "198.18.2.53"], nodes });
const now = 1_795_000_000_000_000;

/** What the programs say that the scripts ask. Clocks in seconds, ahead of the site's. */
interface World {
  /** By the host's chrony; `null`: it doesn't answer, `unsynchronised`: it knows no better. */
  chrony?: number | null | "unsynchronised";
  /** The process's own clock, by the time hosts; `null`: none answers. */
  site?: number | null;
  /** The databases on this host and on all others; `null`: no answer. */
  database?: number;
  peers?: number | null;
  state?: string;
  /** How full the disk is; `null`: no answer. And what all other databases say of themselves. */
  disk?: number | null;
  others?: string;
}

const writable = "Primary 4 ON writable";
const readOnly = "Primary 4 ON read-only";

/** A folder of programs that answer so. */
async function programs(world: World) {
  const { chrony = 0, site = 0, database = 0, peers = null, state = writable, disk = 10, others = writable } = world;
  const tracking = (offset: number, leap: string) =>
    `C6120135,198.18.1.53,9,1795262011.5,${(-offset).toFixed(9)},0.0,0.0,0.001,-0.000,0.007,0.00003,0.00001,16.1,${leap}`;
  const micro = (offset: number) => now + Math.round(offset * 1_000_000);
  const said: Record<string, string> = {
    date: `echo ${now}`,
    hostname: "echo 198.18.1.11",
    chronyc:
      chrony === null
        ? "exit 1"
        : chrony === "unsynchronised"
          ? `echo '${tracking(0, "Not synchronised")}'`
          : `echo '${tracking(chrony, "Normal")}'`,
    chronyd:
      site === null
        ? "echo Timeout reached; exit 1"
        : `echo '2026-11-21T11:58:13Z System clock wrong by ${(-site).toFixed(6)} seconds (ignored)' >&2`,
    mariadb: `
case "$*" in
*disk_used*) ${disk === null ? "echo ERROR; exit 1" : `echo ${disk}`} ;;
*--host=198*CONCAT_WS*) echo '${others}' ;;
*--host=127.0.0.1*) printf '%s\\t%s\\n' '${state}' ${micro(database)} ;;
*) ${peers === null ? "exit 1" : `echo ${micro(peers)}`} ;;
esac`,
  };
  const folder = await mkdtemp(join(tmpdir(), "trivet-clock-"));
  await Promise.all(
    Object.entries(said).map(async ([name, text]) => {
      await writeFile(join(folder, name), `#!/bin/sh\n${text}\n`);
      await chmod(join(folder, name), 0o755);
    }),
  );
  await writeFile(join(folder, "clock"), script);
  await writeFile(join(folder, "check"), checkScript("/some.cnf", join(folder, "clock"), { nodes, full: 95 }));
  return folder;
}

async function run(world: World, ...command: string[]) {
  const folder = await programs(world);
  const env = { PATH: `${folder}:${process.env.PATH}` };
  const { stdout, exitCode } = await execa("bash", [join(folder, command[0]!), ...command.slice(1)], {
    env,
    reject: false,
  });
  await rm(folder, { recursive: true });
  return `${exitCode}: ${stdout}`;
}

const check = test.macro(async (t, world: World, expected: string) => t.is(await run(world, "check"), expected));
test("all well", check, {}, "0: Primary 4 ON writable, clock right");
test("full, and others write", check, { state: readOnly, disk: 96 }, `2: ${readOnly}, disk 96 % full`);
test("not yet emptied enough", check, { state: readOnly, disk: 90 }, `2: ${readOnly}, disk 90 % full`);
test(
  "all are full: reads go on",
  check,
  { state: readOnly, disk: 96, others: readOnly },
  `0: ${readOnly}, disk 96 % full, and no node takes writes`,
);
test("read-only for another reason", check, { state: readOnly, disk: 40, others: readOnly }, `2: ${readOnly}`);
test("read-only, for what reason can't be told", check, { state: readOnly, disk: null }, `2: ${readOnly}`);
test("not synced", check, { state: "Primary 1 ON writable" }, "2: Primary 1 ON writable");
const donor = "Primary 2 ON writable";
test("a donor, and another one is Synced", check, { state: donor }, `2: ${donor}`);
test("a donor, and nobody is Synced", check, { state: donor, others: donor }, `0: ${donor}, clock right`);
test(
  "a donor whose clock is wrong",
  check,
  { state: donor, others: donor, database: 1900, peers: 0 },
  `2: ${donor}, clock 1900.000 s ahead of the site's time`,
);
test(
  "the database is 1,900 s ahead",
  check,
  { database: 1900, peers: 0 },
  "2: Primary 4 ON writable, clock 1900.000 s ahead of the site's time",
);
test(
  "the database is behind, and nobody else is there",
  check,
  { database: -1.5 },
  "2: Primary 4 ON writable, clock 1.500 s behind the site's time",
);
test(
  "the whole host is ahead",
  check,
  { chrony: 1900, peers: -1900 },
  "2: Primary 4 ON writable, clock 1900.000 s ahead of the site's time",
);
test(
  "host and database are off, one ahead and one behind: what counts is the database against the site",
  check,
  { chrony: 30, database: -30 },
  "0: Primary 4 ON writable, clock right",
);
test("worth a word", check, { chrony: -0.25 }, "0: Primary 4 ON writable, clock 0.250 s behind the site's time");
test(
  "a time source that lies to all takes nobody away",
  check,
  { chrony: -1900, peers: 0 },
  "0: Primary 4 ON writable, clock 1900.000 s behind the site's time, but another database agrees with it",
);
for (const chrony of [null, "unsynchronised"] as const) {
  test(`chrony: ${chrony}`, check, { chrony }, "0: Primary 4 ON writable, time source does not answer");
}
test(
  "no chrony, and the database is off its own host's clock",
  check,
  { chrony: null, database: 1900 },
  "2: Primary 4 ON writable, clock 1900.000 s ahead of the site's time",
);

const clock = test.macro(async (t, world: World, expected: string) =>
  t.is(await run(world, "clock", "/some.cnf"), expected),
);
test("before the start: right", clock, { site: -0.00002 }, "0: -0.000 clock right");
test(
  "before the start: wrong",
  clock,
  { site: 1900, peers: -1900 },
  "2: 1900.000 clock 1900.000 s ahead of the site's time",
);
test("before the start: no time host answers", clock, { site: null }, "0: 0.000 time source does not answer");
test(
  "before the start: wrong, but so is everybody",
  clock,
  { site: -60, peers: 0 },
  "0: -60.000 clock 60.000 s behind the site's time, but another database agrees with it",
);

test("a slow answer leaves a doubt, which is on the database's side", async (t) => {
  const asked = async (off: number) =>
    run({}, "clock", "/some.cnf", String(now + off), String(now - 400_000), String(now + 400_000));
  t.is(await asked(1_300_000), "0: 1.300 clock 1.300 s ahead of the site's time");
  t.is(await asked(1_500_000), "2: 1.500 clock 1.500 s ahead of the site's time");
});

test("limits of one's own", (t) => {
  const own = clockScript({ nodes, warning: "20ms", critical: "250ms" });
  t.true(own.includes("\nwarning=20000\ncritical=250000\n"));
  t.false(own.includes("chronyd -Q"));
});
