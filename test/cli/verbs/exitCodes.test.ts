// Programs that call `trivet` tell a mistake in what was typed or written (2) from a failure (1).
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import type { Command } from "commander";
import { execa } from "execa";
import { makeProgram } from "../../../cli/program.ts";
import { makeProject, type Project } from "../project.ts";

let project: Project;
test.before(async () => {
  project = await makeProject();
  await project.writeSettings("wrong", "config:\n  trivet:domains: []\n");
});
test.after.always(() => project.remove());

/** Runs command lines, all in one process; each has to end with 2, and to say why. */
async function refused(t: ExecutionContext, lines: readonly string[][], why: RegExp): Promise<void> {
  const env = { PULUMI_BACKEND_URL: "", PULUMI_CONFIG_PASSPHRASE: "nothing of worth", TRIVET_ENGINE: "embedded" };
  const fixture = join(import.meta.dirname, "fixtures/eachLine.ts");
  const { stdout } = await execa(process.execPath, [fixture, join(project.folder, "cli/main.ts")], {
    cwd: project.folder,
    env: { ...env, NO_COLOR: "1" },
    input: JSON.stringify(lines),
  });
  const ends = JSON.parse(stdout.split("\n").at(-1)!) as { code: number; told: string }[];
  t.is(ends.length, lines.length);
  for (const [index, { code, told }] of ends.entries()) {
    t.is(code, 2, `trivet ${lines[index]!.join(" ")}: ${told}`);
    t.regex(told, why, `trivet ${lines[index]!.join(" ")}`);
  }
}

/** Verbs that do something themselves: `status`, `hosts prepare`. */
function leaves(command: Command, path: string[] = []): { path: string[]; usage: string }[] {
  const verbs = command.commands.filter((verb) => !["help", "complete"].includes(verb.name()));
  if (verbs.length === 0) return [{ path, usage: command.usage() }];
  return verbs.flatMap((verb) => leaves(verb, [...path, verb.name()]));
}
const verbs = leaves(makeProgram());

test("each verb, with an option that it does not have", async (t) => {
  t.true(verbs.length >= 40);
  const lines = verbs.map(({ path }) => [...path, "--no-such-option"]);
  await refused(t, lines, /error: (unknown option '--no-such-option'|required option '--to <folder>' not specified)/);
});

test("each verb that needs an environment, without one", async (t) => {
  const lines = verbs.filter(({ usage }) => usage.includes("<environment>")).map(({ path }) => path);
  t.true(lines.length >= 27);
  await refused(t, lines, /is missing|missing required argument|No environment is named|required option/);
});

test("each verb that goes by the settings, where those are refused", async (t) => {
  const lines = [
    ["up", "wrong", "--yes"],
    ["preview", "wrong"],
    ["refresh", "wrong"],
    ["adopt", "wrong", "--yes"],
    ["preflight", "wrong"],
    ["firewall", "wrong"],
    ["bench", "up", "wrong", "--yes"],
    ["images", "push", "wrong"],
    ["hosts", "prepare", "wrong"],
    ["hosts", "restore", "wrong"],
    ["lab", "hosts", "up", "wrong"],
  ];
  await refused(t, lines, /Settings in Pulumi\.wrong\.yaml: \d+ problems\n\n {2}domains\n {4}given: {4}\[\]/);
  const changes = [
    ["config", "set", "wrong", "time.critical", "soon"],
    ["config", "rm", "wrong", "database.cluster"],
  ];
  await refused(t, changes, /can't be so|is not set in/);
});

test("each verb on what runs, where nothing does", async (t) => {
  const lines = [
    ["check"],
    ["logs", "galera"],
    ["output"],
    ["restart", "galera"],
    ["stop", "galera", "--yes"],
    ["start", "galera"],
    ["shell", "db1"],
    ["recover"],
    ["heal"],
    ["forget", "db1", "--yes"],
    ["chaos"],
    ["mutants"],
    ["bench", "galera"],
    ["export", "--to", "there"],
  ].map(([verb = "", ...more]) => (verb === "bench" ? [verb, more[0]!, "wrong"] : [verb, "wrong", ...more]));
  await refused(
    t,
    lines,
    /The environment "wrong" is not up(\. Bring it up with: trivet up wrong|: there is nothing to export)/,
  );
  await refused(t, [["drift", "wrong"]], /Nothing is recorded of "wrong"/);
});
