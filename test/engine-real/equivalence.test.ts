import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import test from "ava";
import Docker from "dockerode";
import { destroy, exportState, importState, type Options, preview, refresh, up } from "../../engine/index.ts";
import { exec } from "../../hosts/exec.ts";
import { openStack, type Place, pulumiOk, steps, withCliAndDocker } from "./cli.ts";

/*
 * The same program under the embedded engine and under the Pulumi CLI with its docker provider, on one state: what the
 * one made is no change to the other. Skipped where the CLI and the provider are not installed.
 */

const docker = new Docker();
const ENVIRONMENT = "io.trivet.environment=trial-equivalence";
const passphrase = "a trial";

interface Stack {
  embedded: Options & Place;
  /** Runs a command of the CLI on the same stack; rejects with its output when it fails. */
  pulumi: (...args: string[]) => Promise<unknown>;
}

/** A project of its own, as deep in the tree as the program it is copied from, whose imports go up from there. */
async function newStack(): Promise<Stack> {
  const folder = join(import.meta.dirname, "../../.trivet/equivalence");
  await mkdir(folder, { recursive: true });
  const projectDir = await mkdtemp(join(folder, "project-"));
  await cp(join(import.meta.dirname, "program"), projectDir, { recursive: true });
  const state = join(projectDir, "state");
  await mkdir(state);
  const backend = pathToFileURL(state).href;
  const [image] = await docker.listImages({ filters: { reference: ["trivet/base"] } });
  if (!image) throw new Error("This test needs the image trivet/base on this machine: `npx trivet images` builds it.");
  const place = { projectDir, stack: "trial", backend, passphrase };
  const pulumi = (...args: string[]) => pulumiOk(place, ...args);
  await pulumi("stack", "init", "trial");
  await pulumi("config", "set", "image", image.RepoTags![0]!, "--stack", "trial");
  return { embedded: place, pulumi };
}

async function leftovers(): Promise<string[]> {
  const filters = { label: [ENVIRONMENT] };
  const containers = await docker.listContainers({ all: true, filters });
  const networks = await docker.listNetworks({ filters });
  const { Volumes: volumes } = await docker.listVolumes({ filters });
  return [
    ...containers.map((found) => found.Names[0]!),
    ...networks.map(({ Name }) => Name),
    ...volumes.map(({ Name }) => Name),
  ];
}

async function reap(): Promise<void> {
  const filters = { label: [ENVIRONMENT] };
  for (const { Id } of await docker.listContainers({ all: true, filters }))
    await docker.getContainer(Id).remove({ force: true });
  for (const { Id } of await docker.listNetworks({ filters })) await docker.getNetwork(Id).remove();
  for (const { Name } of (await docker.listVolumes({ filters })).Volumes) await docker.getVolume(Name).remove();
  // Neither engine removes an image that it built.
  for (const { Id } of await docker.listImages({ filters: { reference: ["trial-equivalence"] } })) {
    await docker.getImage(Id).remove({ force: true });
  }
}

const noChange = ["--expect-no-changes", "--diff", "--stack", "trial"];

test.beforeEach(reap);
test.afterEach.always(reap);
test.after.always(() => rm(join(import.meta.dirname, "../../.trivet/equivalence"), { recursive: true, force: true }));

withCliAndDocker("what the embedded engine made is no change to the CLI, which then destroys it", async (t) => {
  t.timeout(900_000);
  const { embedded, pulumi } = await newStack();
  const made = await up(embedded);
  t.deepEqual([made.errors, Object.keys(made.changes)], [[], ["create"]]);
  await t.notThrowsAsync(pulumi("preview", ...noChange));
  await t.notThrowsAsync(pulumi("refresh", "--yes", "--skip-preview", ...noChange));
  await t.notThrowsAsync(pulumi("up", "--yes", "--skip-preview", ...noChange));
  t.deepEqual(Object.keys((await preview(embedded)).changes), ["same"]);
  await t.notThrowsAsync(pulumi("destroy", "--yes", "--skip-preview", "--stack", "trial"));
  t.deepEqual(await leftovers(), []);
});

withCliAndDocker("what the CLI made is no change to the embedded engine, which then destroys it", async (t) => {
  t.timeout(900_000);
  const { embedded, pulumi } = await newStack();
  await pulumi("up", "--yes", "--skip-preview", "--stack", "trial");
  t.deepEqual(Object.keys((await preview(embedded)).changes), ["same"]);
  t.true((await refresh(embedded)).ok);
  t.deepEqual(Object.keys((await up(embedded)).changes), ["same"]);
  await t.notThrowsAsync(pulumi("preview", ...noChange));
  t.true((await destroy(embedded)).ok);
  t.deepEqual(await leftovers(), []);
});

withCliAndDocker(
  "changed in place, made anew where it is gone, carried to a backend of the other engine and back",
  async (t) => {
    t.timeout(900_000);
    const { embedded, pulumi } = await newStack();
    const first = { endpoint: "unix:///var/run/docker.sock", container: "trivet-trial-equivalence-db1-target" };
    const applied = async () => (await exec(first, ["cat", "/applied"], 10_000)).stdout;
    const stack = await openStack(embedded);
    const { onEvent, done } = steps();
    await stack.up({ onEvent });
    t.is(await applied(), "one");
    await pulumi("config", "set", "text", "two", "--stack", "trial");
    done();
    await stack.up({ onEvent });
    t.deepEqual(done(), ["update ConfigFiles files"]);
    t.is(await applied(), "two");

    await docker.getContainer(first.container).remove({ force: true });
    await stack.refresh();
    done();
    await stack.up({ onEvent });
    t.true(done().includes("create Container db1-target"));
    t.is(await applied(), "two");

    const elsewhere = { ...embedded, backend: `${embedded.backend}/elsewhere` };
    await importState(elsewhere, (await stack.exportStack()).deployment);
    t.deepEqual(Object.keys((await preview(elsewhere)).changes), ["same"]);
    await pulumi("config", "set", "text", "three", "--stack", "trial");
    const { errors, changes } = await up(elsewhere);
    t.deepEqual([errors, changes.update], [[], 1]);
    t.is(await applied(), "three");
    await stack.importStack({ version: 3, deployment: (await exportState(elsewhere))! });
    await t.notThrowsAsync(pulumi("preview", ...noChange));
    await stack.destroy();
    t.deepEqual(await leftovers(), []);
  },
);
