import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { execa } from "execa";
import { capacityConf, capacityLimits, diskScript, diskUsedSql } from "../../../components/galera/capacity.ts";
import type { Size } from "../../../core/size.ts";
import { imageFolder } from "../../../images/index.ts";

const limits = capacityLimits("it");

test("limits", (t) => {
  t.deepEqual(limits, { warning: 80, full: 95, counted: 0 });
  t.is(capacityConf(capacityLimits("it", { counted: "40G" })), "warning=80\nfull=95\ncounted=42949672960\n");
  t.throws(() => capacityLimits("It", { warning: 96 }), {
    name: "UserError",
    message: /^It has capacity.warning 96 with 95 percent as full;/,
  });
});

test("the monitoring user may ask, and has no right to read files for it", (t) => {
  const [create, grant, ...more] = diskUsedSql(capacityLimits("it", { counted: "1G" }), "'m'@'%'");
  t.true(create!.includes("SQL SECURITY DEFINER") && create!.includes("LEAST(used + available, 1048576)"));
  t.is(grant, "GRANT EXECUTE ON FUNCTION trivet.disk_used TO 'm'@'%';");
  t.deepEqual(more, []);
});

/** Runs a script where a program says something else. */
async function run(script: string, program: string, says: string, conf = capacityConf(limits)) {
  const folder = await mkdtemp(join(tmpdir(), "trivet-capacity-"));
  const files = { [program]: `#!/bin/bash\n${says}\n`, script, conf };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  await chmod(join(folder, program), 0o755);
  const env = { PATH: `${folder}:${process.env.PATH}` };
  const [file, ...args] = script.startsWith("/") ? [script, join(folder, "conf")] : [join(folder, "script")];
  const { exitCode, stdout } = await execa("bash", [file!, ...args], { env, reject: false });
  await rm(folder, { recursive: true });
  return `${exitCode}: ${stdout}`;
}

const consul = test.macro(async (t, says: string, expected: string) => {
  t.is(await run(diskScript("/some.cnf", limits), "mariadb", says), expected);
});
test("room", consul, "echo 79.9", "0: disk 79 % full");
test("a warning", consul, "echo 80.0", "1: disk 80 % full");
test("full", consul, "echo 95.0", "2: disk 95 % full: no writes, make room below 90 %");
test("to the last block", consul, "echo 100.0", "2: disk 100 % full: no writes, make room below 90 %");
test("no answer", consul, "echo 'ERROR 2002: no'; exit 1", "1: not known: ERROR 2002: no");

const GIB = 2 ** 30;
const used = test.macro<[[number, number][], Size | undefined, string]>(async (t, disks, counted, expected) => {
  const table = ["Used Avail", ...disks.map((disk) => disk.join(" "))].join("\\n");
  const conf = capacityConf(capacityLimits("it", { counted }));
  const script = join(imageFolder("galera"), "disk-used");
  t.is(await run(script, "df", `printf '${table}\\n'`, conf), `0: ${expected}`);
});
test(
  "the fuller disk counts",
  used,
  [
    [800, 200],
    [600, 400],
  ],
  undefined,
  "80.0",
);
test("an empty one", used, [[0, 1000]], undefined, "0.0");
test("without a block", used, [[1000, 0]], undefined, "100.0");
test("of a larger one only its last so much", used, [[243 * GIB, 7 * GIB]], "40G", "82.5");
test("which may all be free", used, [[150 * GIB, 100 * GIB]], "40G", "0.0");
test("of a smaller one all", used, [[GIB, GIB]], "40G", "50.0");
