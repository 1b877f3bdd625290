import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { execa } from "execa";
import { inventoryOf, makeProject, type Project } from "../project.ts";

let project: Project;
test.before(async () => {
  project = await makeProject();
  await project.writeSettings("dev", "config: {}\n");
  await project.record("site", inventoryOf("site", "unix:///nowhere"));
});
test.after.always(() => project?.remove());

/** What a shell is offered; the last word is the one that is being typed. */
async function offered(...words: string[]): Promise<string[]> {
  const { stdout } = await project.trivet("complete", "--", ...words);
  return stdout
    .split("\n")
    .filter((line) => !line.startsWith(":"))
    .map((line) => line.split("\t")[0]!);
}

const offers = test.macro(async (t, words: string[], expected: string[]) => {
  t.deepEqual(await offered(...words), expected);
});
test("verbs", offers, ["re"], ["refresh", "restart", "recover", "report"]);
test("environments, with settings or recorded", offers, ["stop", ""], ["dev", "site"]);
test("the services that an environment has", offers, ["restart", "site", ""], ["galera"]);
test("its hosts, for an argument", offers, ["shell", "site", "d"], ["db1"]);
test("and for an option", offers, ["logs", "site", "galera", "--host", ""], ["db1"]);
test("none of an environment of which nothing is recorded", offers, ["restart", "dev", ""], []);
test("environments of a verb of two words", offers, ["bench", "galera", ""], ["dev", "site"]);
test("the choices of an option", offers, ["up", "dev", "--engine", ""], ["pulumi", "embedded"]);

test("bash completes by the script", async (t) => {
  const script = join(project.folder, "complete.bash");
  await writeFile(script, (await project.trivet("completion", "bash")).stdout);
  // In place of the package bash-completion.
  const run = `
    _get_comp_words_by_ref() { words=(trivet restart site g) cur=g; }
    trivet() { "$NODE" "$MAIN" "$@"; }
    source "$SCRIPT"; __trivet_complete; echo "\${COMPREPLY[@]}"`;
  const env = {
    NODE: process.execPath,
    MAIN: join(project.folder, "cli/main.ts"),
    SCRIPT: script,
    PULUMI_BACKEND_URL: "",
  };
  const { stdout } = await execa("bash", ["-c", run], { env });
  t.is(stdout, "galera");
});

for (const shell of ["zsh", "fish"]) {
  test(`there is a script for ${shell}`, async (t) => {
    t.regex((await project.trivet("completion", shell)).stdout, /trivet complete --/);
  });
}
