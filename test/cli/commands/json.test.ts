import test from "ava";
import { type Daemon, fakeDaemon, inventoryOf, makeProject, type Project } from "../project.ts";

let project: Project;
let daemon: Daemon;
test.before(async () => {
  project = await makeProject();
  daemon = await fakeDaemon("site", ["trivet-site-db1-galera"]);
  await project.record("site", inventoryOf("site", daemon.endpoint));
});
test.after.always(async () => {
  daemon?.close();
  await project?.remove();
});

/** The one document on stdout. */
async function shown(...args: string[]): Promise<Record<string, unknown>> {
  const { stdout, stderr, exitCode } = await project.trivet(...args, "--json");
  if (exitCode > 1) throw new Error(stderr);
  return JSON.parse(stdout);
}

test("logs", async (t) => {
  const lines = [{ host: "db1", stream: "stdout", text: "trivet-site-db1-galera says so" }];
  t.deepEqual(await shown("logs", "site", "galera"), { environment: "site", service: "galera", lines });
});

test("firewall", async (t) => {
  const db1 = { host: "db1", address: "198.18.1.11" };
  const flows = [{ name: "database", protocol: "tcp", port: 3306, from: [db1], to: [db1] }];
  t.deepEqual(await shown("firewall", "site"), { environment: "site", flows });
});

test("chaos and mutants, what they list", async (t) => {
  const { experiments, faults, ...rest } = (await shown("chaos", "site", "--list")) as Record<
    string,
    { name: string }[]
  >;
  t.deepEqual(rest, { environment: "site" } as never);
  t.like(
    experiments!.find(({ name }) => name === "database-kill"),
    { quick: true },
  );
  t.true(faults!.length > 10);
  const { mutants } = (await shown("mutants", "--list", "--only", "flush-0")) as { mutants: object[] };
  t.like(mutants, [{ name: "flush-0", foundBy: { rule: "durable-commits" } }]);
});

test("--json is not for what they do", async (t) => {
  const { exitCode, stderr, stdout } = await project.trivet("chaos", "site", "--json");
  t.deepEqual([exitCode, stdout], [2, ""]);
  t.regex(stderr, /--json is the form of what --list shows/);
});
