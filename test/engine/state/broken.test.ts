// State files as people really have them: each ends in one sentence with the file and the way back, and no good copy is touched.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { UserError } from "../../../core/errors.ts";
import {
  checkState,
  destroy,
  exportState,
  importState,
  outputs,
  restoreState,
  StateError,
} from "../../../engine/index.ts";
import { stackFiles } from "../../../engine/state/backend.ts";

const REAL = readFileSync(new URL("../fixtures/real-cli.checkpoint", import.meta.url), "utf8");
const RESOURCES = JSON.parse(REAL).checkpoint.latest.resources.length;

/** A project whose stack "dev" has this state file, and this one as `.bak`. */
function project(t: ExecutionContext, state?: string, bak?: string) {
  const folder = mkdtempSync(join(tmpdir(), "trivet-broken-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "Pulumi.yaml"), "name: rich\nruntime: nodejs\n");
  const options = { projectDir: folder, stack: "dev", backend: "file://./state", passphrase: "x" };
  const files = stackFiles(options.backend, folder, "rich", "dev");
  mkdirSync(dirname(files.checkpoint), { recursive: true });
  if (state !== undefined) writeFileSync(files.checkpoint, state);
  if (bak !== undefined) writeFileSync(`${files.checkpoint}.bak`, bak);
  return { folder, options, file: files.checkpoint, backups: files.backups };
}

/** Everything below a folder, path by content. */
function contents(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    statSync(join(folder, file)).isFile(),
  );
  return Object.fromEntries(files.sort().map((file) => [file, readFileSync(join(folder, file), "utf8")]));
}

const broken = test.macro({
  title: (_, what) => `a state file that ${what}`,
  async exec(t: ExecutionContext, _what: string, text: string, words: RegExp) {
    const { options, file, folder } = project(t, text, REAL);
    const before = contents(folder);
    for (const command of [exportState, outputs, destroy]) {
      const { message } = (await t.throwsAsync(command(options), { instanceOf: StateError }))!;
      t.regex(message, words);
      t.true(message.startsWith(file), message);
      t.true(
        message.includes(`"trivet state restore dev" puts back ${file}.bak, the ${RESOURCES} resources of `),
        message,
      );
      t.notRegex(message, /\n|PW=/);
    }
    t.deepEqual(contents(folder), before, "nothing was written");
    const { problems } = await checkState(options, "x");
    t.is(problems.length, 1);
    t.regex(problems[0]!, words);

    const { path } = await restoreState(options);
    t.is(path, `${file}.bak`);
    t.is(readFileSync(`${file}.bak`, "utf8"), REAL, "the good copy is as it was");
    t.is((await exportState(options))!.resources!.length, RESOURCES);
    t.deepEqual((await checkState(options, "x")).problems, []);
    const aside = readdirSync(dirname(file)).find((name) => name.startsWith("dev.json.broken-"));
    t.is(readFileSync(join(dirname(file), aside!), "utf8"), text, "what was there is set aside");
  },
});
test("is empty", broken, "is empty", "", /is empty/);
test("holds blanks", broken, "holds blanks", " \n", /is empty/);
test("is cut off", broken, "is cut off", REAL.slice(0, REAL.length / 2), /is cut off or garbled: it is no JSON/);
test(
  "is of zeros, after a power cut",
  broken,
  "is of zeros, after a power cut",
  "\0".repeat(4096),
  /is cut off or garbled/,
);
test("is null", broken, "is null", "null", /holds null/);
test("is {}", broken, "is {}", "{}", /holds no state/);
test("is a list", broken, "is a list", "[]", /holds no state/);
test(
  "has null as its checkpoint",
  broken,
  "has null as its checkpoint",
  '{"version":3,"checkpoint":null}',
  /holds no state/,
);
test(
  "has texts for resources",
  broken,
  "has texts for resources",
  '{"version":3,"checkpoint":{"latest":{"resources":["a"]}}}',
  /holds no state/,
);

test("a state of another kind is left to its own engine", async (t) => {
  for (const version of ["9", "1", '"3"', "null"]) {
    const { options, folder, file } = project(t, REAL.replace('{"version":3', `{"version":${version}`), REAL);
    const before = contents(folder);
    const { message } = (await t.throwsAsync(exportState(options), { instanceOf: UserError }))!;
    t.true(message.startsWith(`${file} has the checkpoint version ${version}, not 3 or 4`), message);
    t.deepEqual(contents(folder), before);
  }
});

test("a state that is gone while an earlier one is kept is no beginning with nothing", async (t) => {
  const { options, file, folder } = project(t, undefined, REAL);
  const before = contents(folder);
  const { message } = (await t.throwsAsync(destroy(options), { instanceOf: StateError }))!;
  t.regex(
    message,
    /dev\.json is gone: nothing was done; "trivet state restore dev" puts back .*, or remove .*\.bak to begin/,
  );
  t.deepEqual(contents(folder), before);
  await restoreState(options);
  t.is((await exportState(options))!.resources!.length, RESOURCES);

  rmSync(file);
  rmSync(`${file}.bak`);
  t.is(await exportState(options), undefined, "with none kept it is a beginning");
});

test("without a good copy the message names the one beside the environment", async (t) => {
  const { options } = project(t, "", "null");
  await t.throwsAsync(exportState(options), {
    message: /is empty: nothing was done, and no earlier state.*"trivet adopt dev"/,
  });
  await t.throwsAsync(restoreState(options), { message: /No earlier state is kept for "dev".*"trivet adopt dev"/ });
});

test("another state takes the place of one that is none, as adopt and destroy --without-state do", async (t) => {
  const { options, file } = project(t, "{", REAL);
  await importState(options, undefined);
  t.is(await exportState(options), undefined);
  t.is(readFileSync(`${file}.bak`, "utf8"), REAL);
});

test("what is put back is looked at before", async (t) => {
  const stranger = REAL.replaceAll("urn:pulumi:dev::rich", "urn:pulumi:other::rich");
  const { options, folder } = project(t, REAL, "null");
  writeFileSync(join(folder, "stranger.json"), stranger);
  writeFileSync(join(folder, "half.json"), REAL.slice(0, 500));
  const before = contents(folder);
  const refused = (from: string, message: RegExp) =>
    t.throwsAsync(restoreState(options, from), { message, instanceOf: UserError });
  await refused("dev.json.bak", /dev\.json\.bak can't be put back: it holds null/);
  await refused(join(folder, "half.json"), /half\.json can't be put back: it is cut off or garbled/);
  await refused(join(folder, "stranger.json"), /is of another stack/);
  await refused("no-such", /There is no no-such: expected a file, or one of those that are kept: .*dev\.json\.bak/);
  t.deepEqual(contents(folder), before);
});

test("of each run that changes something the state before is kept, the newest ten", async (t) => {
  const { options, backups, file } = project(t, REAL);
  const state = JSON.parse(REAL).checkpoint.latest;
  for (let run = 0; run < 12; run++) await importState(options, state);
  t.is(readdirSync(backups).length, 10);
  t.is((await checkState(options)).backups.length, 11);
  await importState(options, undefined);
  const [oldest] = readdirSync(backups).sort();
  t.is((await restoreState(options, oldest)).path, join(backups, oldest!));
  t.is((await exportState(options))!.resources!.length, RESOURCES);
  t.true(existsSync(`${file}.bak`));
});

test("a check tells what does not fit together, and secrets that can't be opened", async (t) => {
  const { options, file } = project(t, REAL);
  t.deepEqual((await checkState(options, "x")).problems, []);
  t.regex((await checkState(options, "y")).problems.join(), /passphrase does not fit/);
  const stored = JSON.parse(REAL);
  const { resources } = stored.checkpoint.latest;
  stored.checkpoint.latest.resources = [...resources.slice(1), resources.at(-1)];
  writeFileSync(file, JSON.stringify(stored));
  const { problems } = await checkState(options);
  t.true(problems.some((problem) => problem.includes("is there twice")));
  t.true(problems.some((problem) => problem.includes("which is not recorded before it")));
  writeFileSync(file, REAL.replace(/("ciphertext":"v1:[^:]+:)..../, "$1AAAA"));
  t.regex((await checkState(options, "x")).problems.join(), /A secret can't be opened/);
});

/** Runs a script of node in a mount namespace of its own, where it may have a small disk; undefined where that is not allowed. */
function mounted(t: ExecutionContext, shell: string, script: string, ...args: string[]): string | undefined {
  const unshare = process.getuid?.() === 0 ? ["--mount"] : ["--mount", "--map-root-user"];
  try {
    execFileSync("unshare", [...unshare, "true"], { stdio: "ignore" });
  } catch {
    t.log("no mount namespace is allowed here");
    t.pass();
    return undefined;
  }
  return execFileSync(
    "unshare",
    [
      ...unshare,
      "sh",
      "-ec",
      `${shell}\nexec "$@"`,
      "sh",
      process.execPath,
      "--input-type=module",
      "-e",
      script,
      ...args,
    ],
    {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
}

const engine = new URL("../../../engine/index.ts", import.meta.url).href;
const stateFiles = new URL("../../../engine/state/", import.meta.url).href;

test("a disk that is full while the state is written leaves the good one as it was", (t) => {
  const { folder, file } = project(t, REAL);
  // The disk takes a part of the new state, which is the case that a single write tells as a success.
  const script = `
    import { readFileSync } from "node:fs";
    import { replaceFile } from "${stateFiles}write.ts";
    const file = process.argv[1];
    const before = readFileSync(file, "utf8");
    const error = await replaceFile(file, "y".repeat(200_000)).catch((error) => error);
    console.log(JSON.stringify({ name: error?.name, message: error?.message, same: readFileSync(file, "utf8") === before }));`;
  const shell = `cp -a ${folder}/state ${folder}/kept; mount -t tmpfs -o size=128k tmpfs ${folder}/state; cp -a ${folder}/kept/. ${folder}/state/`;
  const said = mounted(t, shell, script, file);
  if (said === undefined) return;
  const { name, message, same } = JSON.parse(said);
  t.is(name, "StateError");
  t.true(message.startsWith(`The disk of ${file} is full: the former state is still there`), message);
  t.true(same);
});

test("a run that a full disk could not record does not begin", (t) => {
  const { folder, file, options } = project(t, REAL);
  const script = `
    import { readFileSync, readdirSync } from "node:fs";
    import { destroy } from "${engine}";
    const [, folder, file] = process.argv;
    const before = readFileSync(file, "utf8");
    const error = await destroy({ ...${JSON.stringify(options)} }).catch((error) => error);
    const files = readdirSync(folder + "/state/.pulumi", { recursive: true }).sort();
    console.log(JSON.stringify({ name: error?.name, message: error?.message, same: readFileSync(file, "utf8") === before, files }));`;
  const shell = `cp -a ${folder}/state ${folder}/kept; mount -t tmpfs -o size=128k tmpfs ${folder}/state; cp -a ${folder}/kept/. ${folder}/state/`;
  const said = mounted(t, shell, script, folder, file);
  if (said === undefined) return;
  const { name, message, same, files } = JSON.parse(said);
  t.is(name, "StateError");
  t.regex(
    message,
    /^The disk of .*dev\.json has \d+ kB left, and a run may need \d+ kB for its record: nothing was done; make room/,
  );
  t.true(same);
  t.deepEqual(files, ["stacks", "stacks/rich", "stacks/rich/dev.json"], "no lock is left either");
});

test("a state on a read-only disk is told before anything is done, and can be read", (t) => {
  const { folder, file, options } = project(t, REAL);
  const script = `
    import { destroy, exportState } from "${engine}";
    const error = await destroy({ ...${JSON.stringify(options)} }).catch((error) => error);
    const state = await exportState({ ...${JSON.stringify(options)} });
    console.log(JSON.stringify({ name: error?.name, message: error?.message, resources: state.resources.length }));`;
  const shell = `mount --bind ${folder}/state ${folder}/state; mount -o remount,ro,bind ${folder}/state`;
  const said = mounted(t, shell, script);
  if (said === undefined) return;
  const { name, message, resources } = JSON.parse(said);
  t.is(name, "StateError");
  t.true(message.startsWith(`${file} can't be written (EROFS): nothing is done without a record`), message);
  t.is(resources, RESOURCES);
});

(process.getuid?.() === 0 ? test.skip : test)("a state file of mode 0400 is not written over", async (t) => {
  const { folder, file, options } = project(t, REAL);
  chmodSync(file, 0o400);
  const before = contents(folder);
  await t.throwsAsync(destroy(options), { instanceOf: StateError, message: /can't be written \(EACCES\)/ });
  t.deepEqual(contents(folder), before);
});
