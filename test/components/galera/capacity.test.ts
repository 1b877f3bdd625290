import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { execa } from "execa";
import { capacityConf, capacityLimits, diskScript, diskUsedSql } from "../../../components/galera/capacity.ts";

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
async function run(script: string, program: string, says: string) {
  const folder = await mkdtemp(join(tmpdir(), "trivet-capacity-"));
  const files = { [program]: `#!/bin/bash\n${says}\n`, script };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  await chmod(join(folder, program), 0o755);
  const env = { PATH: `${folder}:${process.env.PATH}` };
  const { exitCode, stdout } = await execa("bash", [join(folder, "script")], { env, reject: false });
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
