import { html } from "hono/html";
import { stacked, withWrite } from "../plots/budget.ts";
import type { ExperimentResult, RunResult } from "../run.ts";
import { wordOf, worstFirst } from "../verdicts.ts";
import { duration } from "../words.ts";
import { badge, figure, type Html, scrolling } from "./parts.ts";

/** Where an experiment is on the page. */
export const anchor = (n: number): string => `experiment-${n + 1}`;

/** What did not pass, with the reason: what somebody in a hurry has to read. */
export function attention({ experiments }: RunResult): Html {
  const odd = experiments
    .map((experiment, n) => ({ experiment, n }))
    .filter(({ experiment }) => experiment.verdict !== "pass")
    .sort((a, b) => worstFirst.indexOf(a.experiment.verdict) - worstFirst.indexOf(b.experiment.verdict));
  if (odd.length === 0) return html``;
  return html`<h2 id="attention">What did not pass</h2><ul class="panel attention">${odd.map(
    ({
      experiment,
      n,
    }) => html`<li>${badge(experiment.verdict)} <a href="#${anchor(n)}">${experiment.name}</a>: ${experiment.title}
<ul>${experiment.error ? html`<li>The run broke: ${experiment.error}</li>` : ""}${reasons(experiment)}</ul></li>`,
  )}</ul>`;
}

const reasons = ({ judgements }: ExperimentResult): Html[] =>
  judgements
    .filter((judged) => wordOf(judged) !== "pass")
    .map(
      (judged) =>
        html`<li><strong>${judged.checker}</strong> (${wordOf(judged)}): ${judged.summary}${judged.limit ? html`<br>Limit: ${judged.limit}` : ""}</li>`,
    );

/** Experiments × invariants × verdict: safety first, then what is a matter of time. */
export function matrix({ experiments }: RunResult): Html {
  const all = experiments.flatMap(({ judgements }) => judgements);
  const columns = [...new Map(all.map((judged) => [judged.checker, judged])).values()].sort(
    (a, b) => Number(a.kind === "time") - Number(b.kind === "time"),
  );
  const table = html`<table class="matrix">
<caption>One row per experiment, one column per invariant; an empty cell was not judged.</caption>
<thead><tr><th scope="col">experiment</th><th scope="col">verdict</th><th scope="col" class="number">longest gap</th>${columns.map(
    ({ checker, title }) => html`<th scope="col"><abbr title="${title}">${checker}</abbr></th>`,
  )}</tr></thead>
<tbody>${experiments.map((experiment, n) => row(experiment, n, columns))}</tbody></table>`;
  return html`<h2 id="matrix">Experiments and invariants</h2><div class="panel wide">${scrolling("Experiments and invariants", table)}
<details><summary>What the invariants say</summary><ul>${columns.map(
    ({ checker, title, kind }) =>
      html`<li><code>${checker}</code>: ${title}${kind === "time" ? " (a time against its budget)" : ""}</li>`,
  )}</ul></details></div>`;
}

const row = (
  { name, verdict, judgements, totals }: ExperimentResult,
  n: number,
  columns: { checker: string }[],
): Html =>
  html`<tr><th scope="row"><a href="#${anchor(n)}">${name}</a></th><td>${badge(verdict)}</td>
<td class="number">${duration(totals.longestGap)}</td>${columns.map(({ checker }) => {
    const judged = judgements.find((judged) => judged.checker === checker);
    return html`<td title="${judged?.summary ?? "not judged"}">${judged ? badge(wordOf(judged)) : ""}</td>`;
  })}</tr>`;

/** All outages side by side, from the fault to the next acknowledged write. */
export async function budgets({ experiments }: RunResult): Promise<Html> {
  const outages = withWrite(experiments);
  if (outages.length === 0) return html``;
  const told = outages
    .map(({ name, stages }) => `${name} ${duration(stages.find(({ stage }) => stage === "write")!.ms)}`)
    .join(", ");
  return html`<h2 id="budget">Failover: from the fault to the first write</h2><div class="panel">${await figure(
    stacked(experiments),
    "Failover, all experiments",
    `Seconds from the fault to the first acknowledged write: ${told}.`,
    "Each part lasts until its stage was over; the upright line is the budget for the first acknowledged write.",
  )}</div>`;
}
