import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { execa } from "execa";
import { parse } from "yaml";
import { makeProgram } from "../../../cli/program.ts";
import { readSettings } from "../../../stacks/settings.ts";
import { clone, typed } from "./clone.ts";

/** A clone of the test's own. */
async function ownClone(t: ExecutionContext): Promise<string> {
  const folder = await clone();
  t.teardown(() => rm(folder, { recursive: true }));
  return folder;
}

test("a newcomer's path: init as the README types it gives an environment whose forty hosts are watched", async (t) => {
  const folder = await ownClone(t);
  const commands = (await typed()).map((line) => line.split(" "));
  const inits = commands.filter(([, , verb]) => verb === "init");
  t.deepEqual(
    inits.map((words) => words[3]),
    ["mine", "site"],
  );
  for (const [, , ...words] of inits) {
    const environment = words[1]!;
    const { stdout } = await execa(process.execPath, ["cli/main.ts", ...words], { cwd: folder, stdin: "ignore" });
    t.regex(stdout, /^\.\.\/examples\/inventory\/hosts\.ini:5 \(host localhost\) is left out/m);
    t.regex(stdout, new RegExp(`^ {2}trivet preview ${environment} `, "m"));
    const file = join(folder, `stacks/Pulumi.${environment}.yaml`);
    const { config } = parse(await readFile(file, "utf8"));
    const values = Object.fromEntries(Object.entries(config).map(([name, value]) => [name.slice(7), value]));
    const { settings, watched } = readSettings({ file, values });
    t.is(watched.length, 40);
    t.is(settings.lab !== undefined, environment === "mine");
    const again = await execa(process.execPath, ["cli/main.ts", ...words], {
      cwd: folder,
      stdin: "ignore",
      reject: false,
    });
    t.is(again.exitCode, 2);
    t.regex(again.stderr, /is there already\. Take another name, or replace it with --force\./);
  }
  // What comes after it are commands that there are, of the environment that was written.
  const others = commands.filter(([, , verb]) => verb !== "init").map((words) => words.slice(0, 4).join(" "));
  for (const line of ["preview mine", "up mine", "status mine", "preview site"])
    t.true(others.includes(`npx trivet ${line}`), line);
  const verbs = makeProgram().commands.map((verb) => verb.name());
  t.deepEqual(
    commands.flatMap(([npx, , verb]) => (npx === "npx" ? [verb!] : [])).filter((verb) => !verbs.includes(verb)),
    [],
  );
});

test("answers come by a pipe, too; a flag goes before them", async (t) => {
  const folder = await ownClone(t);
  const init = (input: string, ...words: string[]) =>
    execa(process.execPath, ["cli/main.ts", "init", "piped", "--answers", "-", ...words], {
      cwd: folder,
      input,
      reject: false,
    });
  const answers =
    "lab: true\ndomain: [a=198.18.65.0/24, b=198.18.66.0/24, c=198.18.67.0/24]\nport: 9000\nnotify: http://192.0.2.1/\n";
  t.is((await init(answers, "--port", "9001")).exitCode, 0);
  const { config } = parse(await readFile(join(folder, "stacks/Pulumi.piped.yaml"), "utf8"));
  t.is(config["trivet:web"].port, 9001);
  t.is(config["trivet:domains"].length, 3);
  const wrong = await init("- lab\n", "--force");
  t.is(wrong.exitCode, 2);
  t.regex(wrong.stderr, /--answers: standard input holds no mapping/);
});
