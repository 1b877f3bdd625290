import { readFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { type Daemon, fakeDaemon, inventoryOf, makeProject, type Project } from "../project.ts";

const ENV = "site";
const CONTAINER = `trivet-${ENV}-db1-galera`;

/** What becomes of settings while an environment runs. */
const FATES: Record<string, (project: Project) => Promise<void>> = {
  "a watched file that is gone": async (project) => {
    const settings = await readFile(join(import.meta.dirname, "../../../stacks/Pulumi.test.yaml"), "utf8");
    await project.writeSettings(ENV, settings.replace("watched/test.ini", "watched/gone.ini"));
  },
  "settings that are no YAML": (project) => project.writeSettings(ENV, "config:\n  trivet:hosts: [\n"),
  "no settings file": async () => {},
};

let project: Project;
test.before(async () => {
  project = await makeProject();
});
test.after.always(() => project?.remove());

/** An environment that runs, with settings that are broken. */
async function broken(fate: string): Promise<Daemon> {
  const daemon = await fakeDaemon(ENV, [CONTAINER]);
  await project.removeSettings(ENV).catch(() => {});
  await FATES[fate]!(project);
  await project.record(ENV, inventoryOf(ENV, daemon.endpoint));
  return daemon;
}

for (const fate of Object.keys(FATES)) {
  test.serial(`with ${fate} an environment goes by what is recorded, until it is destroyed`, async (t) => {
    const daemon = await broken(fate);
    const logs = await project.trivet("logs", ENV, "galera");
    t.deepEqual(logs, { exitCode: 0, stdout: `${CONTAINER} says so`, stderr: "" });
    const { exitCode, stdout, stderr } = await project.trivet("destroy", ENV, "--yes");
    t.is(exitCode, 0, stdout + stderr);
    t.true(daemon.done.includes(`DELETE /containers/${CONTAINER}`));
    t.regex(stderr, /Its hosts are those that are recorded\./);
    daemon.close();
  });
}

test.serial("so do all others", async (t) => {
  const daemon = await broken("settings that are no YAML");
  const [status, recover, check, firewall, chaos] = await Promise.all([
    project.trivet("status", ENV, "--json"),
    project.trivet("recover", ENV, "--json"),
    project.trivet("check", ENV),
    project.trivet("firewall", ENV),
    project.trivet("chaos", ENV, "--quick"),
  ]);
  t.is(status.exitCode, 1);
  t.like(JSON.parse(status.stdout), { healthy: false, services: [{ host: "db1", service: "galera" }] });
  t.like(JSON.parse(recover.stdout), { evidence: [{ host: "db1" }] });
  t.is(check.exitCode, 1, check.stderr);
  t.is(firewall.exitCode, 0);
  t.is(chaos.exitCode, 2);
  t.regex(chaos.stderr, /^warning: .* What may be broken there is what its last up allowed\.$/m);
  t.regex(chaos.stderr, /"site" does not allow/);
  t.deepEqual(daemon.done, []);
  const stopped = await project.trivet("stop", ENV, "galera", "--all", "--yes");
  t.is(stopped.exitCode, 0, stopped.stderr);
  t.deepEqual(daemon.done, [`POST /containers/${CONTAINER}/stop`]);
  daemon.close();
});

test.serial("with neither settings nor a record there is nothing to go by", async (t) => {
  await project.writeSettings("other", "config: [\n");
  const { exitCode, stderr } = await project.trivet("destroy", "other", "--yes");
  t.is(exitCode, 2);
  t.regex(stderr, /only its settings tell where it is\. Nothing was done\./);
  await project.removeSettings("other");
});
