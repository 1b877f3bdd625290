import { create } from "xmlbuilder2";
import type { ExperimentResult, RunResult } from "./run.ts";
import { wordOf } from "./verdicts.ts";

type LeftOut = NonNullable<RunResult["leftOut"]>[number];
type Judged = ExperimentResult["judgements"][number];
type Attributes = Record<string, string | number>;

/** One result in the words of JUnit: an element that says what is wrong, or none. */
interface Case {
  attributes: Attributes;
  tag?: "failure" | "skipped" | "error";
  message: string;
  text: string;
}

/**
 * JUnit XML: a suite per experiment, a case per checker. A failure that a named limit explains counts as passed, with the
 * explanation as its output; what is unknown counts as skipped, as does an experiment that was left out; one that broke is an error.
 */
export function junitXml(result: RunResult): string {
  const suites = result.experiments.map((experiment) => ({ experiment, cases: casesOf(experiment) }));
  const leftOut = (result.leftOut ?? []).map(caseOf);
  const document = create({ version: "1.0", encoding: "UTF-8" });
  const root = document.ele("testsuites", {
    name: `trivet chaos ${result.environment}`,
    ...counts([...suites.flatMap(({ cases }) => cases), ...leftOut]),
    time: (Date.parse(result.ended) - Date.parse(result.started)) / 1_000,
  });
  for (const { experiment, cases } of suites) {
    const { name, began, ended } = experiment;
    const suite = root.ele("testsuite", {
      name,
      ...counts(cases),
      timestamp: new Date(began).toISOString(),
      time: (ended - began) / 1_000,
    });
    for (const each of cases) write(suite, each);
  }
  if (leftOut.length > 0) {
    const suite = root.ele("testsuite", { name: "left out", ...counts(leftOut), time: 0 });
    for (const each of leftOut) write(suite, each);
  }
  return document.end({ prettyPrint: true });
}

function write(suite: ReturnType<typeof create>, { attributes, tag, message, text }: Case): void {
  const element = suite.ele("testcase", attributes);
  if (tag) element.ele(tag, { message: clean(message) }).txt(clean(text));
  else element.ele("system-out").txt(clean(text || message));
}

/** An experiment that was asked for and that the environment can't have. */
const caseOf = ({ name, reason }: LeftOut): Case => ({
  attributes: { classname: name, name: "run" },
  tag: "skipped",
  message: `left out: ${reason}`,
  text: reason,
});

const tags = { pass: undefined, limit: undefined, fail: "failure", unknown: "skipped" } as const;

function casesOf({ name, title, verdict, error, judgements }: ExperimentResult): Case[] {
  const cases = judgements.map((judged) => ({
    attributes: { classname: name, name: judged.checker },
    tag: tags[wordOf(judged) as keyof typeof tags],
    message: judged.summary,
    text: explanation(judged),
  }));
  if (verdict !== "broken") return cases;
  const message = error ?? "the run broke";
  return [{ attributes: { classname: name, name: "run" }, tag: "error", message, text: title }, ...cases];
}

const explanation = ({ title, summary, limit, evidence = [] }: Judged) =>
  [title, summary, ...(limit ? [`limit: ${limit}`] : []), ...evidence].join("\n");

const counts = (cases: Case[]): Attributes => {
  const having = (wanted: Case["tag"]) => cases.filter(({ tag }) => tag === wanted).length;
  return { tests: cases.length, failures: having("failure"), errors: having("error"), skipped: having("skipped") };
};

/** XML 1.0 has no place for most control characters, escaped or not; programs' output may hold some. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what it takes out
const clean = (text: string) => text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu, "�");
