import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import test from "ava";
import type { Command } from "commander";
import { makeProgram } from "../../../cli/program.ts";
import { serviceNames } from "../../../components/services.ts";

const top = join(import.meta.dirname, "../../..");
const program = makeProgram();
const verbs = program.commands.filter((verb) => !["complete", "help"].includes(verb.name()));

test("trivet --help fits a screen of 24 lines by 80 columns", (t) => {
  const lines = program.helpInformation().trimEnd().split("\n");
  // One line for the prompt.
  t.true(lines.length <= 23, `${lines.length} lines`);
  t.deepEqual(
    lines.filter((line) => [...line].length > 80),
    [],
  );
});

test("it has all verbs, each with its summary, cut nowhere", (t) => {
  const help = program.helpInformation();
  for (const verb of verbs) t.true(help.includes(` ${verb.name().padEnd(11)}${verb.summary()}`), verb.name());
  // One column and the space after it.
  t.deepEqual(
    verbs.map((verb) => verb.summary()).filter((summary) => summary === "" || summary.length > 24),
    [],
  );
});

test("--version tells the version of the package", (t) => {
  const { version } = JSON.parse(readFileSync(join(top, "package.json"), "utf8"));
  let told = "";
  const error = t.throws(
    () =>
      makeProgram()
        .configureOutput({
          writeOut: (text) => {
            told += text;
          },
        })
        .parse(["--version"], { from: "user" }),
    { message: version },
  );
  t.is((error as Error & { exitCode?: number }).exitCode, 0);
  t.is(told, `${version}\n`);
});

test("what shows something has --json", (t) => {
  const shows = ["Look:", "Break:"];
  const without = verbs
    .filter((verb) => shows.includes(verb.helpGroup()) || ["preview", "recover", "images"].includes(verb.name()))
    .filter((verb) => verb.name() !== "bench" && !verb.options.some(({ long }) => long === "--json"));
  t.deepEqual(
    without.map((verb) => verb.name()),
    [],
  );
  const documented = readFileSync(join(top, "docs/json.md"), "utf8");
  for (const verb of verbs.filter((verb) => verb.options.some(({ long }) => long === "--json"))) {
    t.true(documented.includes(`\`trivet ${verb.name()} `), `docs/json.md has no word about ${verb.name()}`);
  }
});

/** Texts in which a command is printed or written for people. */
const texts =
  "README.md checks cli components core docs engine examples health hosts images lab operations provider stacks"
    .split(" ")
    .flatMap((room) =>
      room.endsWith(".md")
        ? [join(top, room)]
        : readdirSync(join(top, room), { recursive: true, withFileTypes: true })
            .filter(
              (entry) =>
                entry.isFile() &&
                !entry.parentPath.includes("node_modules") &&
                /\.(ts|md|py|sh|yaml)$/.test(entry.name),
            )
            .map((entry) => join(entry.parentPath, entry.name)),
    );

test("wherever a command is written, its environment is the word after the verb", (t) => {
  const onEnvironment = (verb: Command) => verb.registeredArguments[0]?.name() === "environment";
  const names = verbs.filter(onEnvironment).map((verb) => verb.name());
  const services = serviceNames.join("|");
  const older = new RegExp(
    `trivet (${names.join("|")}) (?:(?:${services}|[a-z]+[0-9])\\b|--\\w|\\$\\{service)[^\`"']*`,
    "g",
  );
  const found = texts.flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(older)].map(([line]) => `${relative(top, file)}: ${line}`),
  );
  // Words about an option, not a command to be typed.
  t.deepEqual(
    found.filter((line) => !/trivet (up --without|mutants --list)/.test(line)),
    [],
  );
  t.true(texts.length > 400);
});
