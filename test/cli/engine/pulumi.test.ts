import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { keepingSettings, settingsWith } from "../../../cli/engine/pulumi.ts";

const settings =
  "# Ours.\nconfig:\n  trivet:allowChaos: true\n  trivet:domains:\n    - { name: fd1, subnet: 198.18.1.0/24 }\n";
const salted = (subnet: string) =>
  `# Ours.\nconfig:\n  trivet:allowChaos: "true"\n  trivet:domains:\n    - {name: fd1, subnet: ${subnet}}\nencryptionsalt: v1:abc=:v1:def==\n`;

/** The settings file after a command that wrote this. */
async function after(written: string | undefined, fails = false): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "trivet-settings-"));
  const file = join(folder, "Pulumi.dev.yaml");
  try {
    await writeFile(file, settings);
    await keepingSettings(file, async () => {
      if (written !== undefined) await writeFile(file, written);
      if (fails) throw new Error("the command failed");
    }).catch((error) => {
      if (!fails) throw error;
    });
    return await readFile(file, "utf8");
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("what the CLI made of the settings file is undone, also when it failed", async (t) => {
  t.is(await after(undefined), settings);
  t.is(await after(salted("198.18.1.0/24")), settings);
  t.is(await after(salted("198.18.1.0/24"), true), settings);
});

test("what somebody edited meanwhile stays", async (t) => {
  const edited = salted("198.18.9.0/24");
  t.is(await after(edited), edited);
});

test("where there was no settings file, the CLI leaves none", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "trivet-settings-"));
  const file = join(folder, "Pulumi.dev.yaml");
  await keepingSettings(file, () => writeFile(file, "encryptionsalt: v1:abc=:v1:def==\n"));
  t.deepEqual(await readdir(folder), []);
  await keepingSettings(file, () => writeFile(file, settings));
  t.is(await readFile(file, "utf8"), settings);
  await rm(folder, { recursive: true });
});

test("nor does a file that is just being edited make a failure of what was done", async (t) => {
  for (const edited of ["", "config:\n  trivet:domains: [\n"]) t.is(await after(edited), edited);
});

test("the configuration of one run is added to a copy", (t) => {
  t.is(settingsWith(settings, {}), settings);
  t.is(settingsWith(settings, { "run:without": "db2" }), `${settings}  run:without: db2\n`);
});
