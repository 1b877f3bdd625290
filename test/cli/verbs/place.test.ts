import test from "ava";
import { type LeftOut, place, type What } from "../../../cli/verbs/place.ts";
import { UserError } from "../../../core/errors.ts";

const SERVICE: What[] = [{ name: "service", required: true }];
const RUNS: What[] = [
  { name: "run", required: false },
  { name: "other", required: false },
];
const both = { settings: ["dev", "test"], recorded: ["dev", "test"] };
const one = { settings: ["dev", "staging"], recorded: ["dev"] };
const fresh = { settings: ["site"], recorded: [] };

interface Case {
  what?: What[];
  leftOut?: LeftOut;
  known?: typeof both;
}

/** A line as it is typed, and the words that it comes to, or what is said. Options are given with `=`. */
const typed = (line: string, { what = [], leftOut = "refused", known = both }: Case = {}) => {
  const [verb, ...rest] = line.split(" ");
  const env = rest.find((part) => part.startsWith("--env="))?.slice("--env=".length);
  const words = rest.filter((part) => !part.startsWith("-"));
  return place({ verb: [verb!], line: [verb!, ...rest], words, env }, what, leftOut, known);
};

const comesTo = test.macro<[string, Case, string[], RegExp?]>((t, line, options, [environment, ...words], notice) => {
  const placed = typed(line, options);
  t.deepEqual([placed.environment, ...placed.words], [environment, ...words]);
  if (notice) t.regex(placed.notice ?? "", notice);
  else t.is(placed.notice, undefined);
});

const isRefused = test.macro<[string, Case, RegExp]>((t, line, options, said) => {
  t.regex(t.throws(() => typed(line, options), { instanceOf: UserError })!.message, said);
});

const what = SERVICE;
test("the environment is the word after the verb", comesTo, "restart dev galera", { what }, ["dev", "galera"]);
test("of a command without more", comesTo, "destroy dev", {}, ["dev"]);
test("also one that nobody knows: that is told later", comesTo, "restart dve galera", { what }, ["dve", "galera"]);
test("what may be left out", comesTo, "report dev", { what: RUNS }, ["dev"]);
test("or not", comesTo, "report dev monday tuesday", { what: RUNS }, ["dev", "monday", "tuesday"]);
test("half of it", comesTo, "report dev monday", { what: RUNS }, ["dev", "monday"]);

const OLDER = /^--env is the older form\. Write: trivet restart dev galera --host=db1$/;
test("the older form", comesTo, "restart galera --env=dev --host=db1", { what }, ["dev", "galera"], OLDER);
test("its short option", (t) => {
  const line = ["logs", "-f", "galera", "-e", "dev", "--host", "it's"];
  const placed = place({ verb: ["logs"], line, words: ["galera"], env: "dev" }, what, "refused", both);
  t.is(placed.notice, "--env is the older form. Write: trivet logs dev -f galera --host 'it'\\''s'");
});
test(
  "of an environment like a service",
  comesTo,
  "stop dev --env=dev",
  { what },
  ["dev", "dev"],
  /trivet stop dev dev$/,
);
test("both forms", comesTo, "stop dev galera --env=dev", { what }, ["dev", "galera"], /trivet stop dev galera$/);
test("two environments", isRefused, "stop dev galera --env=test", { what }, /"dev" and by --env "test"/);

test(
  "what stops something has no default",
  isRefused,
  "stop galera --host=db1",
  { what, known: one },
  /^No environment is named: expected one of dev, staging\. Write: trivet stop <environment> galera --host=db1$/,
);
test("nor without a word", isRefused, "stop", { what, known: one }, /^The service is missing/);
test(
  "what is missing after the environment",
  isRefused,
  "stop dev",
  { what },
  /service is missing.*<environment> <service>/,
);

const leftOut = "the only one";
test("what only looks: the only one recorded", comesTo, "logs galera", { what, leftOut, known: one }, [
  "dev",
  "galera",
]);
test("or that has settings, before one is up", comesTo, "status", { leftOut, known: fresh }, ["site"]);
test("not where there are two", isRefused, "status", { leftOut }, /one of dev, test\. Write: trivet status <env/);
test("a run that is no environment", comesTo, "report monday", { what: RUNS, leftOut, known: one }, ["dev", "monday"]);

test("up was of dev", comesTo, "up --yes", { leftOut: "dev" }, ["dev"], /so it is dev.*Write: trivet up dev --yes$/);
test(
  "where there is no dev it must be named",
  isRefused,
  "up",
  { leftOut: "dev", known: fresh },
  /expected one of site/,
);
test("what needs none", (t) => t.deepEqual(typed("mutants --list", { leftOut: "not needed" }), { words: [] }));
