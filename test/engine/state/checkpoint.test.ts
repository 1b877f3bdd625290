import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { type StackFiles, stackFiles } from "../../../engine/state/backend.ts";
import { Checkpoint } from "../../../engine/state/checkpoint.ts";
import { Crypter } from "../../../engine/state/secrets.ts";
import { SECRET, SIGNATURE } from "../../../engine/wire/values.ts";

/** What the Pulumi CLI 3.260.0 and its docker provider 5.2.0 wrote; passphrase "x". Only source positions are left out. */
const REAL = readFileSync(new URL("../fixtures/real-cli.checkpoint", import.meta.url), "utf8");

function filesWith(t: ExecutionContext, text?: string): StackFiles {
  const folder = mkdtempSync(join(tmpdir(), "trivet-state-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const files = stackFiles("file://./state", folder, "rich", "dev");
  if (text !== undefined) {
    mkdirSync(dirname(files.checkpoint), { recursive: true });
    writeFileSync(files.checkpoint, text);
  }
  return files;
}

test("the file backend's own places", (t) => {
  const files = stackFiles("file://./.trivet/state", "/project", "trivet", "dev");
  t.deepEqual(files, {
    root: "/project/.trivet/state/.pulumi",
    checkpoint: "/project/.trivet/state/.pulumi/stacks/trivet/dev.json",
    backups: "/project/.trivet/state/.pulumi/backups/trivet/dev",
    locks: "/project/.trivet/state/.pulumi/locks/organization/trivet/dev",
  });
});

test("the real CLI's secrets open with its passphrase", async (t) => {
  const checkpoint = await Checkpoint.read(filesWith(t, REAL), "rich", "dev");
  const { resources } = await checkpoint.open(Crypter.open("x", checkpoint.salt!));
  const container = resources.at(-1)!;
  t.deepEqual(container.inputs.envs, { [SIGNATURE]: SECRET, value: ["A=1", "B=2", "PW=xyz"] });
  t.is(container.dependencies.length, 3);
});

test("read and written again, the real CLI's checkpoint is the same, letter for letter", async (t) => {
  const files = filesWith(t, REAL);
  const checkpoint = await Checkpoint.read(files, "rich", "dev");
  const crypter = Crypter.open("x", checkpoint.salt!);
  await checkpoint.write(await checkpoint.open(crypter), crypter);
  const withoutTime = (text: string): string => text.replace(/"time":"[^"]*"/, "");
  t.is(withoutTime(readFileSync(files.checkpoint, "utf8")), withoutTime(REAL));
  t.is(readFileSync(`${files.checkpoint}.bak`, "utf8"), REAL, "the former state is kept");
  t.is(readFileSync(join(files.root, "meta.yaml"), "utf8"), "version: 1\n");
});

test("a wrong passphrase is told as such", async (t) => {
  const checkpoint = await Checkpoint.read(filesWith(t, REAL), "rich", "dev");
  await t.throwsAsync(checkpoint.open(Crypter.open("y", checkpoint.salt!)), { message: /passphrase does not fit/ });
});

test("what this engine does not know is not read over", async (t) => {
  const read = (text: string) => Checkpoint.read(filesWith(t, text), "rich", "dev");
  await t.throwsAsync(read(REAL.replace('{"version":3', '{"version":9')), { message: /checkpoint version 9/ });
  await t.throwsAsync(read(REAL.replace('"passphrase"', '"cloud"')), { message: /secrets provider "cloud"/ });
  const features = REAL.replace('{"version":3', '{"version":4,"features":["views"]');
  await t.throwsAsync(read(features), { message: /checkpoint features views/ });
});
