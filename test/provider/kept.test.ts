// An environment that the last version with dynamic resources made is carried over, by an up like any other.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import test, { type ExecutionContext } from "ava";
import { destroy, outputs, preview, refresh, up } from "../../engine/index.ts";
import { nodeCommand } from "../../engine/plugin/process.ts";
import { Workspace } from "../engine/fixtures/workspace.ts";
import { daemon } from "./fixtures/daemon.ts";
import { CARRIED, ENDPOINT, program } from "./fixtures/program.ts";

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** The kept environment, or none yet. Its Docker daemon is not there: whatever asks it fails. */
function environment(t: ExecutionContext, text = program, isKept = true) {
  const workspace = new Workspace(t);
  workspace.write(
    "Pulumi.yaml",
    `name: kept
runtime: {name: nodejs, options: {typescript: false}}
config: {"kept:colour": red}
plugins: {providers: [{name: trivet, path: ${path("../../provider")}}]}
`,
  );
  workspace.write("index.ts", text);
  const file = join(workspace.dir, "state/.pulumi/stacks/kept/kept.json");
  mkdirSync(dirname(file), { recursive: true });
  if (isKept) writeFileSync(file, gunzipSync(readFileSync(path("./fixtures/kept.json.gz"))));
  const docker = nodeCommand(path("./fixtures/docker.ts"));
  const options = () =>
    workspace.options({ stack: "kept", passphrase: "kept", plugins: { docker }, showSecrets: true });
  return {
    options,
    state: () => readFileSync(file, "utf8"),
    /** What it wants from now on. */
    wants: (other: string) => workspace.write("index.ts", other),
    /** What the last run did, but for what it left as it is: `update PresentImage x`. */
    steps: () =>
      workspace.events
        .flatMap((event) => (event.kind === "step" && event.phase === "done" && event.op !== "same" ? [event] : []))
        .map(({ op, type, name }) => `${op} ${type.split(":").at(-1)} ${name}`)
        .sort(),
  };
}

test("nothing is replaced, asked or made anew: keys, certificates and identity are what they were", async (t) => {
  const kept = environment(t);
  const before = await outputs(kept.options());
  const said = await preview(kept.options());
  t.deepEqual(said.errors, []);
  t.deepEqual(kept.steps(), CARRIED);
  t.deepEqual(said.outputs, before);

  const first = await up(kept.options());
  t.deepEqual(first.errors, []);
  t.deepEqual(kept.steps(), CARRIED);
  t.deepEqual(first.outputs, before);
  const state = kept.state();
  t.notRegex(state, /__provider|pulumi-nodejs:dynamic:Resource"|providers:pulumi-nodejs/);
  const { orders, gossip, privateKey, authorityKey } = before.made as Record<string, string>;
  for (const secret of [orders, gossip, privateKey, authorityKey]) {
    t.true(secret!.length > 20);
    t.false(state.includes(JSON.stringify(secret).slice(1, -1)));
  }

  const second = await up(kept.options());
  t.deepEqual([second.errors, kept.steps(), second.outputs], [[], [], before]);
});

test("what changes in the same run is done by the new provider; where that fails the next run carries over the rest", async (t) => {
  const other = program.replace('"b.conf": "b"', '"b.conf": "c"');
  const kept = environment(t, other);
  const said = await preview(kept.options());
  t.deepEqual([said.errors, kept.steps()], [[], CARRIED]);
  const { errors } = await up(kept.options());
  t.is(errors.length, 1);
  t.true(errors[0]!.includes(ENDPOINT.slice("unix://".length)), errors[0]);
  t.true(kept.state().includes("__provider"));
  kept.wants(program);
  const next = await up(kept.options());
  t.deepEqual([next.errors, next.outputs], [[], said.outputs]);
  t.false(kept.state().includes("__provider"));
});

test("the same, made anew: created, changed in place, refreshed and destroyed", async (t) => {
  const endpoint = `unix://${join(mkdtempSync(join(tmpdir(), "trivet-provider-")), "docker.sock")}`;
  const host = daemon(endpoint);
  t.teardown(() => host.close());
  const own = program.replaceAll(ENDPOINT, endpoint);
  const anew = environment(t, own, false);
  const made = await up(anew.options());
  t.deepEqual([made.errors, made.changes], [[], { create: 19 }]);
  t.deepEqual((await up(anew.options())).changes, { same: 19 });

  anew.wants(own.replace('"b.conf": "b"', '"b.conf": "c"'));
  const asked = host.commands().length;
  const changed = await up(anew.options());
  t.deepEqual([changed.errors, anew.steps()], [[], ["update ConfigFiles db1-galera-settings"]]);
  t.is(host.commands().length, asked + 1);
  t.deepEqual(changed.outputs, made.outputs);

  host.world.gone = (request) => request.includes("/images/");
  await refresh(anew.options());
  t.deepEqual(
    anew.steps().filter((step) => !step.startsWith("refresh")),
    ["delete PresentImage image-galera-present"],
  );
  t.deepEqual((await destroy(anew.options())).errors, []);
  t.regex(host.commands().at(-1)!, /^trivet-kept-db1-galera: sh -c .*-delete sh \/etc\/trivet\/running$/);
});

test("a resource that its component names otherwise than before is the same one", async (t) => {
  const other = program.replace(
    'new RetiredPasswords("shop-passwords", { nodes: [at], digest: orders }, { dependsOn: gate })',
    'new RetiredPasswords("it-passwords", { nodes: [at], digest: orders }, { dependsOn: gate, aliases: [{ name: "shop-passwords" }] })',
  );
  t.not(other, program);
  const kept = environment(t, other);
  const carried = CARRIED.map((step) =>
    step.replace("RetiredPasswords shop-passwords", "RetiredPasswords it-passwords"),
  );
  const { errors } = await up(kept.options());
  t.deepEqual([errors, kept.steps()], [[], carried.sort()]);
  const again = await up(kept.options());
  t.deepEqual([again.errors, kept.steps()], [[], []]);
});
