import type { ExperimentResult, RunResult } from "./run.ts";
import { totalsLine } from "./totals.ts";
import { bestFirst, verdictOfRun, verdicts, wordOf } from "./verdicts.ts";
import { duration, moment, sentence } from "./words.ts";

/** `summary.md`: verdict, totals, the experiments, and whatever did not pass, explained. */
export function markdown(result: RunResult): string {
  const { environment, experiments, started, seed, trivet, commit } = result;
  const rows = experiments.map(
    ({ name, verdict, totals }) => `| ${text(name)} | ${verdict} | ${duration(totals.longestGap)} |`,
  );
  return [
    `# Chaos checks of ${text(environment)}: ${verdictOfRun(result)}`,
    "",
    `${totalsLine(result)}.`,
    "",
    `${moment(started)}, ${duration(Date.parse(result.ended) - Date.parse(started))}${result.state === "aborted" ? " (ended early)" : ""}; Trivet ${trivet}${commit ? ` at ${commit}` : ""}; seed ${seed}.`,
    "",
    "| experiment | verdict | longest gap |",
    "|---|---|--:|",
    ...rows,
    "",
    ...(result.leftOut ?? []).map(({ name, reason }) => `- ${text(name)} was left out: ${text(reason)}`),
    "",
    ...experiments.filter(({ verdict }) => verdict !== "pass").flatMap(explained),
    ...bestFirst.map((word) => `- **${word}**: ${verdicts[word].meaning}`),
    "",
  ].join("\n");
}

function explained({ name, title, verdict, error, judgements }: ExperimentResult): string[] {
  const odd = judgements.filter((judged) => wordOf(judged) !== "pass");
  return [
    `## ${text(name)}: ${verdict}`,
    "",
    sentence(text(title)),
    "",
    ...(error ? [`- the run broke: ${text(error)}`] : []),
    ...odd.map(
      (judged) =>
        `- **${text(judged.checker)}** ${wordOf(judged)}: ${text(judged.summary)}${judged.limit ? ` (limit: ${text(judged.limit)})` : ""}`,
    ),
    "",
  ];
}

/** Plain text in Markdown, on one line: nothing in it is markup. */
const text = (plain: string) => plain.replaceAll(/\s+/g, " ").replaceAll(/[\\`*_[\]<>&|]/g, "\\$&");
