import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import { execa } from "execa";

const plugin = fileURLToPath(new URL("../../provider/pulumi-resource-trivet", import.meta.url));

/** A folder with an old Node, which would understand nothing of the provider. */
const oldNode = mkdtempSync(join(tmpdir(), "trivet-node-"));
writeFileSync(join(oldNode, "node"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
test.after.always(() => rmSync(oldNode, { recursive: true }));
const env = { PATH: `${oldNode}:/usr/bin:/bin` };

test("started with an old Node on PATH it tells its port, and ends with its engine", async (t) => {
  const running = execa(plugin, ["127.0.0.1:1"], { env, reject: false });
  for await (const line of running) {
    t.regex(line, /^\d+$/);
    running.stdin.end();
  }
  t.is((await running).exitCode, 0);
});

test("a signal ends it in good order", async (t) => {
  const running = execa(plugin, ["127.0.0.1:1"], { env, reject: false });
  for await (const line of running) {
    t.regex(line, /^\d+$/);
    running.kill("SIGINT");
  }
  t.is((await running).exitCode, 0);
});

test("where no Node is new enough it says what it needs", async (t) => {
  const folder = join(mkdtempSync(join(tmpdir(), "trivet-alone-")), "trivet/provider");
  t.teardown(() => rmSync(dirname(dirname(folder)), { recursive: true }));
  mkdirSync(folder, { recursive: true });
  cpSync(plugin, join(folder, "pulumi-resource-trivet"));
  const { exitCode, stderr } = await execa(join(folder, "pulumi-resource-trivet"), { env, reject: false });
  t.deepEqual([exitCode, stderr.includes("needs Node 20.11")], [2, true]);
});

test("in the npm package it is JavaScript, run by the Node on PATH", async (t) => {
  const root = mkdtempSync(join(tmpdir(), "trivet-installed-"));
  t.teardown(() => rmSync(root, { recursive: true }));
  for (const folder of ["provider", "dist/provider", "bin"]) mkdirSync(join(root, folder), { recursive: true });
  cpSync(plugin, join(root, "provider/pulumi-resource-trivet"));
  writeFileSync(join(root, "dist/provider/main.js"), "console.log(process.version);");
  symlinkSync(process.execPath, join(root, "bin/node"));
  const PATH = `${join(root, "bin")}:/usr/bin:/bin`;
  const { stdout } = await execa(join(root, "provider/pulumi-resource-trivet"), { env: { PATH } });
  t.is(stdout, process.version);
});
