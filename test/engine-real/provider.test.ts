// Trivet's own provider under the Pulumi CLI, which finds it by `Pulumi.yaml` and asks it over gRPC; no container is made.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";
import type { ExecutionContext } from "ava";
import { destroy, exportState, importState, type Options, preview, up } from "../../engine/index.ts";
import { nodeCommand } from "../../engine/plugin/process.ts";
import { Workspace } from "../engine/fixtures/workspace.ts";
import { daemon } from "../provider/fixtures/daemon.ts";
import { CARRIED, ENDPOINT, program } from "../provider/fixtures/program.ts";
import { openStack, type Place, pulumi, pulumiOk, steps, withCli } from "./cli.ts";

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** A project with one of each kind of Trivet's own, a Docker daemon that is none, and a docker provider that makes nothing. */
function project(t: ExecutionContext) {
  const workspace = new Workspace(t);
  const endpoint = `unix://${join(mkdtempSync(join(tmpdir(), "trivet-provider-")), "docker.sock")}`;
  const own = program.replaceAll(ENDPOINT, endpoint);
  mkdirSync(join(workspace.dir, "docker"));
  const docker = nodeCommand(path("../provider/fixtures/docker.ts"));
  const text = `#!/bin/sh\nexec '${docker.join("' '")}' "$@"\n`;
  writeFileSync(join(workspace.dir, "docker/pulumi-resource-docker"), text, { mode: 0o755 });
  workspace.write(
    "Pulumi.yaml",
    `name: kept
runtime: {name: nodejs, options: {typescript: false}}
config: {"kept:colour": red}
plugins: {providers: [{name: trivet, path: ${path("../../provider")}}, {name: docker, path: docker}]}
`,
  );
  workspace.write("index.ts", own);
  const place = (state: string): Place => ({
    projectDir: workspace.dir,
    stack: "kept",
    backend: pathToFileURL(join(workspace.dir, state)).href,
    passphrase: "kept",
  });
  return {
    endpoint,
    /** The program, as it is at first. */
    own,
    /** What it wants from now on. */
    wants: (other: string) => workspace.write("index.ts", other),
    place,
    /** The same for the embedded engine. */
    embedded: (state: string): Options => ({
      ...workspace.options({ showSecrets: true }),
      ...place(state),
      plugins: { docker },
    }),
    stateFile: (state: string) => join(workspace.dir, state, ".pulumi/stacks/kept/kept.json"),
  };
}

/** A Docker daemon for the project, until the test ends. */
function started(t: ExecutionContext, endpoint: string) {
  const host = daemon(endpoint);
  t.teardown(() => host.close());
  return host;
}

const plain = (outputs: Record<string, { value: unknown }>) =>
  Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));

withCli("one of each kind: made, unchanged, changed in place, refreshed, destroyed", async (t) => {
  t.timeout(900_000);
  const { own, endpoint, wants, place, stateFile } = project(t);
  const host = started(t, endpoint);
  const stack = await openStack(place("state"));
  const { onEvent, done } = steps();

  const said = await stack.preview({ onEvent });
  t.deepEqual(said.changeSummary, { create: 17 });
  t.deepEqual(host.requests, [], "a preview asks no host");
  done();
  const made = await stack.up({ onEvent });
  t.deepEqual(made.summary.resourceChanges, { create: 17 });
  t.true(host.commands().some((command) => command.endsWith(": health")));
  const { orders, gossip, privateKey, authorityKey } = made.outputs.made!.value;
  const state = readFileSync(stateFile("state"), "utf8");
  for (const secret of [orders, gossip, privateKey, authorityKey]) {
    t.true(secret.length > 20);
    t.false(state.includes(JSON.stringify(secret).slice(1, -1)), "secrets are sealed in the state");
  }

  done();
  const again = await stack.up({ onEvent, expectNoChanges: true });
  t.deepEqual([done(), again.outputs], [[], made.outputs]);

  wants(own.replace('"b.conf": "b"', '"b.conf": "c"'));
  const asked = host.commands().length;
  const changed = await stack.up({ onEvent });
  t.deepEqual([done(), changed.outputs], [["update ConfigFiles db1-galera-settings"], made.outputs]);
  t.is(host.commands().length, asked + 1);

  host.world.gone = (request) => request.includes("/images/");
  const refreshed = await stack.refresh({ onEvent });
  t.is(refreshed.summary.resourceChanges!.delete, 1);
  t.false(readFileSync(stateFile("state"), "utf8").includes("image-galera-present"));
  host.world.gone = () => false;
  done();
  await stack.up({ onEvent });
  t.deepEqual(done(), ["create PresentImage image-galera-present"]);

  await stack.destroy({ onEvent });
  t.regex(host.commands().at(-1)!, /^trivet-kept-db1-galera: sh -c .*-delete sh \/etc\/trivet\/running$/);
  t.is((await stack.exportStack()).deployment.resources, undefined);
});

withCli(
  "an environment that dynamic resources made is carried over: nothing is replaced, asked or made anew",
  async (t) => {
    t.timeout(900_000);
    const { place, stateFile, wants } = project(t);
    // Its daemon is not there: whatever asks it fails.
    wants(program);
    mkdirSync(dirname(stateFile("state")), { recursive: true });
    writeFileSync(stateFile("state"), gunzipSync(readFileSync(path("../provider/fixtures/kept.json.gz"))));
    const stack = await openStack(place("state"));
    const before = plain(await stack.outputs());
    const { onEvent, done } = steps();
    await stack.preview({ onEvent });
    t.deepEqual(done(), CARRIED);
    const { outputs } = await stack.up({ onEvent });
    t.deepEqual([done(), plain(outputs)], [CARRIED, before]);
    const state = readFileSync(stateFile("state"), "utf8");
    t.notRegex(state, /__provider|pulumi-nodejs:dynamic:Resource"|providers:pulumi-nodejs/);
    await stack.up({ onEvent, expectNoChanges: true });
    t.deepEqual(done(), []);
  },
);

withCli("a state goes from the embedded engine to the CLI by import, and back by export", async (t) => {
  t.timeout(900_000);
  const { own, endpoint, wants, place, embedded } = project(t);
  started(t, endpoint);
  const first = await up(embedded("first"));
  t.deepEqual([first.errors, first.changes], [[], { create: 19 }]);

  const stack = await openStack(place("second"));
  await stack.importStack({ version: 3, deployment: (await exportState(embedded("first")))! });
  const { onEvent, done } = steps();
  const same = await stack.up({ onEvent, expectNoChanges: true });
  t.deepEqual([done(), plain(same.outputs)], [[], first.outputs]);
  wants(own.replace('"b.conf": "b"', '"b.conf": "c"'));
  await stack.up({ onEvent });
  t.deepEqual(done(), ["update ConfigFiles db1-galera-settings"]);

  const { deployment } = await stack.exportStack();
  await importState(embedded("third"), deployment);
  t.deepEqual((await preview(embedded("third"))).changes, { same: 19 });
  wants(own.replace('"b.conf": "b"', '"b.conf": "d"'));
  const last = await up(embedded("third"));
  t.deepEqual([last.errors, last.changes, last.outputs], [[], { same: 18, update: 1 }, first.outputs]);
  t.deepEqual((await destroy(embedded("third"))).errors, []);
});

withCli("what an input may not be is refused in the preview, too", async (t) => {
  t.timeout(900_000);
  const { own, endpoint, wants, place } = project(t);
  const host = started(t, endpoint);
  const named = (datacenter: string) =>
    own.replace("{ agents: [at], key: gossip }", `{ agents: [at], key: gossip, datacenter: "${datacenter}" }`);
  wants(named("dc1"));
  const stack = await openStack(place("state"));
  await stack.up();
  const asked = host.requests.length;
  wants(named("dc2"));
  for (const command of [["preview"], ["up", "--yes", "--skip-preview"]]) {
    const { exitCode, all } = await pulumi(place("state"), ...command, "--stack", "kept");
    t.not(exitCode, 0);
    t.regex(all, /datacenter.*given "dc2", expected "dc1" as before: servers of another data centre/s);
  }
  t.is(host.requests.length, asked, "nothing was asked of the host");
});

withCli("an interruption ends a gate's wait at once; the next run goes on", async (t) => {
  t.timeout(900_000);
  const { own, endpoint, wants, place } = project(t);
  const host = started(t, endpoint);
  const { says } = host.world;
  wants(own.replace("timeout: 30", "timeout: 3000"));
  await openStack(place("state"));
  const up = ["up", "--yes", "--skip-preview", "--stack", "kept"];
  const run = pulumi(place("state"), ...up);
  let looks = 0;
  host.world.says = (container, command) => {
    if (command.join() !== "health") return says(container, command);
    looks += 1;
    // A second one would end it without asking the providers to.
    if (looks === 1) run.kill("SIGINT");
    return { code: 1, output: "joining" };
  };
  const { exitCode, all } = await run;
  t.not(exitCode, 0);
  t.regex(all, /The run was interrupted: it is waited for no longer\./);
  host.world.says = says;
  t.regex(await pulumiOk(place("state"), ...up), /\+ \d+ created/);
});
