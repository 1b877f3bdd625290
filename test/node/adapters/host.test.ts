import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { ownerOf, type Places, prepareLife, prepareStart, testEnvironment } from "../../../node/adapters/host.ts";

test("what MariaDB reads: for any of its runs, and for a start of its own", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "trivet-host-"));
  t.teardown(() => rm(folder, { recursive: true }));
  const at = (name: string) => join(folder, name);
  const places: Places = {
    data: at("data"),
    run: at("run"),
    disks: [],
    given: at("given"),
    settings: at("running"),
    options: at("options"),
    sockets: at("sockets"),
  };
  for (const name of ["data", "given", "running", "options"]) await mkdir(at(name));
  await writeFile(at("given/node.cnf"), "[mariadbd]\nwsrep_on = ON\n");
  await prepareLife({ uid: process.getuid!(), gid: process.getgid!() }, places);
  t.is(await readFile(at("options/90-trivet.cnf"), "utf8"), "[mariadbd]\nwsrep_on = ON\n");
  t.is((await stat(at("options/90-trivet.cnf"))).mode & 0o777, 0o644);
  t.true((await stat(at("sockets"))).isDirectory());
  await t.throwsAsync(prepareStart("a=b", places), { code: "ENOENT" });
  const running = "[mariadbd]\nloose_wsrep_provider_evs_suspect_timeout = 1.5\n";
  await writeFile(at("running/running.cnf"), running);
  t.deepEqual(await prepareStart("a=b", places), ["--wsrep-provider-options=a=b;evs.suspect_timeout=PT1.5S"]);
  t.is(await readFile(at("options/95-trivet.cnf"), "utf8"), running);
});

test("the database's user, by the system's own list", async (t) => {
  t.deepEqual(await ownerOf("root"), { uid: 0, gid: 0 });
  await t.throwsAsync(ownerOf("nobody-of-ours"), { message: "/etc/passwd has no user nobody-of-ours" });
});

test("a clock of its own, for a test", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "trivet-host-"));
  t.teardown(() => rm(folder, { recursive: true }));
  const path = join(folder, "environment");
  t.deepEqual(await testEnvironment(path), {});
  await writeFile(path, "LD_PRELOAD=/usr/lib/x.so.1\nFAKETIME_CACHE_DURATION=1\n");
  t.deepEqual(await testEnvironment(path), { LD_PRELOAD: "/usr/lib/x.so.1", FAKETIME_CACHE_DURATION: "1" });
  await writeFile(path, "");
  t.deepEqual(await testEnvironment(path), {});
});
