import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import tab from "@bomb.sh/tab";
import test from "ava";
import { execa } from "execa";
import { completeNames, type Names } from "../../../cli/environment/completions.ts";
import { makeProgram } from "../../../cli/program.ts";
import { inventoryOf, makeProject } from "../project.ts";

const program = makeProgram();
/** Of two environments one is recorded. */
const namesFor = async (environment: string | undefined): Promise<Names> => ({
  environment: ["dev", "site"],
  service: environment === "site" ? ["bind", "galera"] : [],
  host: environment === "site" ? ["db1", "db2"] : [],
});

/** What a shell is offered; the last word is the one that is being typed. */
const offers = test.macro(async (t, words: string[], expected: string[]) => {
  await completeNames(tab, program, words, namesFor);
  const print = console.log;
  const lines: string[] = [];
  console.log = (line: string) => lines.push(line);
  try {
    tab.parse([...words]);
  } finally {
    console.log = print;
  }
  const offered = lines.filter((line) => !line.startsWith(":")).map((line) => line.split("\t")[0]!);
  t.deepEqual(offered, expected);
});
test.serial("verbs", offers, ["re"], ["refresh", "restart", "recover", "report"]);
test.serial("environments", offers, ["stop", ""], ["dev", "site"]);
test.serial("the services that an environment has", offers, ["restart", "site", ""], ["bind", "galera"]);
test.serial("those that begin like it", offers, ["restart", "site", "g"], ["galera"]);
test.serial("its hosts, for an argument", offers, ["shell", "site", "d"], ["db1", "db2"]);
test.serial("and for an option", offers, ["logs", "site", "galera", "--host", ""], ["db1", "db2"]);
test.serial("none of one of which nothing is recorded", offers, ["restart", "dev", ""], []);
test.serial("environments of a verb of two words", offers, ["bench", "galera", ""], ["dev", "site"]);
test.serial("the choices of an option", offers, ["up", "dev", "--engine", ""], ["pulumi", "embedded"]);
test.serial("nothing of a verb that there is not", offers, ["stpo", ""], []);

test("bash completes by the script, with what is recorded", async (t) => {
  const project = await makeProject();
  await project.record("site", inventoryOf("site", "unix:///nowhere"));
  const script = join(project.folder, "complete.bash");
  await writeFile(script, (await project.trivet("completion", "bash")).stdout);
  // In place of the package bash-completion.
  const run = `
    _get_comp_words_by_ref() { words=(trivet restart site g) cur=g; }
    trivet() { "$NODE" "$MAIN" "$@"; }
    source "$SCRIPT"; __trivet_complete; echo "\${COMPREPLY[@]}"`;
  const main = join(project.folder, "cli/main.ts");
  const env = { NODE: process.execPath, MAIN: main, SCRIPT: script, PULUMI_BACKEND_URL: "" };
  const { stdout } = await execa("bash", ["-c", run], { env });
  t.is(stdout, "galera");
  await project.remove();
});
