import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { convert } from "xmlbuilder2";
import { readRun, summaryText, writeReport } from "../../../checks/report/index.ts";
import { junitXml } from "../../../checks/report/junit.ts";
import { markdown } from "../../../checks/report/markdown.ts";
import { steps } from "../../../checks/report/plots/budget.ts";
import { UserError } from "../../../core/errors.ts";
import { long, sample } from "./sample.ts";

const folders: string[] = [];
test.after.always(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), "trivet-report-"));
  folders.push(made);
  return made;
}

test("writes all four forms, and reads the result back as it was", async (t) => {
  const place = await folder();
  const files = await writeReport(place, sample());
  t.deepEqual(await readRun(place), sample());
  for (const path of Object.values(files)) t.true((await stat(path)).size > 0, path);
});

test("what is not the result of a run is refused with the way out", async (t) => {
  const place = await folder();
  const read = (text: string) => writeFile(join(place, "run.json"), text).then(() => readRun(place));
  const none = await t.throwsAsync(readRun(join(place, "none")), { instanceOf: UserError });
  t.regex(none.message, /can't be read.*folder of a run/s);
  t.regex((await t.throwsAsync(read('{"version"'), { instanceOf: UserError })).message, /broken: expected JSON/);
  t.regex((await t.throwsAsync(read('{"version": 2}'), { instanceOf: UserError })).message, /not the result of a run/);
});

test("the page is whole: it loads nothing, and runs nothing", async (t) => {
  const { html } = await writeReport(await folder(), sample());
  const page = await readFile(html, "utf8");
  t.notRegex(page, /<script|<link|<img|<iframe|@import|url\(/i);
  t.deepEqual(
    page.match(/(?:src|href)="(?!#)[^"]*"/g),
    sample().experiments.map(({ history }) => `href="${history}"`),
  );
  t.notRegex(page, /\[object |NaN|undefined/);
});

test("whatever text comes from the run is escaped, on the page and in the other forms", async (t) => {
  const run = sample();
  const evil = `<script>alert("x")</script>&'|*\u0007`;
  const experiment = run.experiments[2]!;
  run.experiments[2] = {
    ...experiment,
    name: evil,
    title: evil,
    error: evil,
    history: `${evil}.jsonl`,
    faults: experiment.faults.map((fault) => ({ ...fault, id: evil })),
    judgements: experiment.judgements.map((judged) => ({ ...judged, summary: evil, limit: evil, evidence: [evil] })),
    stages: experiment.stages.map((stage) => ({ ...stage, stage: evil })),
  };
  const files = await writeReport(await folder(), { ...run, environment: evil });
  t.notRegex(await readFile(files.html, "utf8"), /<script/);
  t.notRegex(await readFile(files.markdown, "utf8"), /(?<!\\)<script/);
  t.notThrows(() => convert(junitXml({ ...run, environment: evil }), { format: "object" }));
});

test("the page shows each experiment, plot and verdict, readable without seeing", async (t) => {
  const { html } = await writeReport(await folder(), sample());
  const page = await readFile(html, "utf8");
  for (const { name } of sample().experiments) t.true(page.includes(name));
  const plots = page.match(/<svg role="img"[^>]*><title>[^<]+<\/title><desc>[^<]+<\/desc>/g) ?? [];
  // Four timelines (the broken experiment has none), two outages, and all outages together.
  t.is(plots.length, 7);
  t.is(page.match(/<svg/g)?.length, 7);
  for (const word of ["pass", "limit", "unknown", "fail", "broken"]) t.true(page.includes(`</span>${word}</span>`));
});

test.serial("forty experiments stay small and quick", async (t) => {
  // By the processor's time: the machine may be busy with other tests.
  const before = process.cpuUsage();
  const { html } = await writeReport(await folder(), long(40));
  const { user, system } = process.cpuUsage(before);
  t.true((await stat(html)).size < 6 * 2 ** 20);
  t.true((user + system) / 1e6 < 20, `${(user + system) / 1e6} s`);
});

test("an hour in one experiment is drawn with a few hundred points", async (t) => {
  const run = sample();
  const [first] = run.experiments;
  const seconds = Array.from({ length: 3_600 }, (_, n) => ({
    ...first!.seconds[n % 83]!,
    t: first!.began + n * 1_000,
  }));
  const { html } = await writeReport(await folder(), {
    ...run,
    experiments: [{ ...first!, seconds, ended: first!.began + 3_600_000 }],
  });
  t.true((await stat(html)).size < 200_000);
});

test("JUnit: a suite per experiment, a case per checker", (t) => {
  const xml = junitXml(sample());
  const { testsuites } = convert(xml, { format: "object" }) as unknown as { testsuites: Record<string, unknown> };
  t.is((testsuites.testsuite as unknown[]).length, 5);
  t.like(testsuites, { "@tests": "37", "@failures": "2", "@errors": "1", "@skipped": "2" });
  t.regex(xml, /name="one-writer">\s*<system-out>[^<]*limit: Icinga DB/);
  t.regex(xml, /<skipped message="the receiver was cut off for 12 s">/);
  t.regex(xml, /<error message="the environment was not steady/);
});

test("JUnit: an experiment that was left out is skipped, with its reason", (t) => {
  const xml = junitXml({ ...sample(), leftOut: [{ name: "icingadb-kill", reason: "the backend is ido" }] });
  const { testsuites } = convert(xml, { format: "object" }) as unknown as { testsuites: Record<string, unknown> };
  t.like(testsuites, { "@tests": "38", "@failures": "2", "@errors": "1", "@skipped": "3" });
  t.regex(xml, /<testcase classname="icingadb-kill" name="run">\s*<skipped message="left out: the backend is ido">/);
});

test("Markdown: verdict and totals first, then what did not pass", (t) => {
  const written = markdown(sample());
  t.true(
    written.startsWith("# Chaos checks of dev: fail\n\n5 experiments: 1 pass, 1 limit, 1 unknown, 1 fail, 1 broken; "),
  );
  t.true(written.includes("| domain-power-cut | fail | 15.3 s |"));
  t.regex(written, /\*\*one-writer\*\* limit: .*\(limit: Icinga DB takes over 60 s/);
  t.false(written.includes("## database-kill"));
});

test("the terminal's summary ends with the totals", (t) => {
  t.regex(summaryText(sample()), /│ link-slow +│ unknown │ 14\.1 s +│/);
  t.regex(
    summaryText(sample()),
    /Verdict: fail\n5 experiments: .* 2 lost, .*; 5 faults for 202 s; longest gap 15\.3 s$/,
  );
  t.regex(summaryText({ ...sample(), state: "aborted" }), /the run ended early/);
});

test("a stage begins where the one before it was over; single DNS servers go on beside each other", (t) => {
  const given = [
    { stage: "name-dns2", ms: 300 },
    { stage: "check", ms: 200, budget: 500 },
    { stage: "name-dns1", ms: 250 },
    { stage: "name", ms: 300 },
    { stage: "write", ms: 400 },
  ];
  t.deepEqual(
    steps(given).map(({ stage, from, to }) => [stage, from, to]),
    [
      ["check", 0, 200],
      ["name-dns1", 200, 250],
      ["name-dns2", 200, 300],
      ["name", 200, 300],
      ["write", 300, 400],
    ],
  );
});
