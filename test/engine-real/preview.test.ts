// The whole program under the Pulumi CLI, as one who has it runs it by hand.
import { cp, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ExecutionContext } from "ava";
import { preview } from "../../engine/index.ts";
import { makeProject } from "../cli/project.ts";
import { lab } from "../stacks/small.ts";
import { type Place, pulumi, pulumiOk, withCliAndDocker } from "./cli.ts";

const top = join(import.meta.dirname, "../..");

/** A project of its own with the settings of `dev`, and where its state is. */
async function project(t: ExecutionContext) {
  const made = await makeProject();
  t.teardown(() => made.remove());
  await cp(join(top, "stacks/Pulumi.dev.yaml"), join(made.folder, "stacks/Pulumi.dev.yaml"));
  const state = join(made.folder, "state");
  await mkdir(state);
  const place = (stack: string): Place => ({
    projectDir: made.folder,
    stack,
    backend: pathToFileURL(state).href,
    passphrase: "nothing of worth",
  });
  return { ...made, place };
}

const counted = (types: string[]) =>
  Object.fromEntries([...Map.groupBy(types, (type) => type)].map(([type, { length }]) => [type, length]).sort());

withCliAndDocker("a preview of dev tells the same resources with both engines", async (t) => {
  t.timeout(900_000);
  const { place, folder } = await project(t);
  const dev = place("dev");
  await pulumiOk(dev, "stack", "init", "dev");
  const { steps } = JSON.parse(await pulumiOk(dev, "preview", "--stack", "dev", "--json"));
  const said = counted(
    steps.map(({ op, newState }: { op: string; newState: { type: string } }) => `${op} ${newState.type}`),
  );
  const settings = await readFile(join(folder, "stacks/Pulumi.dev.yaml"), "utf8");
  t.regex(settings, /^encryptionsalt: /m, "which the CLI adds");

  const types: string[] = [];
  const { errors } = await preview({
    ...dev,
    onEvent: (event) => {
      // Default providers are resources here; the CLI shows none of them.
      if (event.kind === "step" && event.phase === "done" && !event.type.startsWith("pulumi:providers:"))
        types.push(`${event.op} ${event.type}`);
    },
  });
  t.deepEqual([errors, counted(types)], [[], said]);
  t.is(said["create docker:index/container:Container"], 63);
});

withCliAndDocker("settings that are wrong are refused in the words of `trivet`, and nothing is made", async (t) => {
  t.timeout(900_000);
  const { place, trivet, writeSettings } = await project(t);
  const values = { ...lab(), allowChaos: ["databse-kill"], web: { port: 70_000 } };
  const config = Object.fromEntries(Object.entries(values).map(([name, value]) => [`trivet:${name}`, value]));
  await writeSettings("wrong", JSON.stringify({ config: { ...config, "trivt:images": {} } }));
  const { exitCode, stderr } = await trivet("preview", "wrong");
  t.is(exitCode, 2);
  const told = stderr.trim();
  for (const place of ["allowChaos[0]", "web.port", "trivt:images"]) t.true(told.includes(`  ${place}\n`), place);

  await pulumiOk(place("wrong"), "stack", "init", "wrong");
  for (const command of [["preview"], ["up", "--yes", "--skip-preview"]]) {
    const { exitCode, all } = await pulumi(place("wrong"), ...command, "--stack", "wrong");
    t.not(exitCode, 0);
    const lines = all.split("\n").map((line) => line.trim());
    for (const line of told.split("\n"))
      t.true(
        lines.some((said) => said.endsWith(line.trim())),
        line,
      );
    t.notRegex(all, /^\s+at .*\.ts:\d+/m, "without a stack trace");
    t.notRegex(all, /docker:index|trivet:lab/, "only the stack itself");
  }
});
