import { html } from "hono/html";
import { waterfall } from "../plots/budget.ts";
import { timeline } from "../plots/timeline.ts";
import type { ExperimentResult } from "../run.ts";
import { wordOf } from "../verdicts.ts";
import { count, duration, moment, sentence } from "../words.ts";
import { anchor } from "./overview.ts";
import { badge, figure, type Html, scrolling } from "./parts.ts";

/** All about one experiment; unfolded where something is to be learnt from it. */
export async function section(experiment: ExperimentResult, n: number): Promise<Html> {
  const { name, title, verdict, error, began, ended, history, totals, judgements } = experiment;
  const href = history.split("/").map(encodeURIComponent).join("/");
  return html`<details class="experiment" id="${anchor(n)}"${verdict === "pass" ? "" : html` open`}>
<summary>${badge(verdict)}<strong>${name}</strong> <span class="muted nowrap">longest gap ${duration(totals.longestGap)}</span></summary>
<div class="inside">
<p>${sentence(title)}</p>
${error ? html`<p><strong>The run broke:</strong> ${error}</p>` : ""}
<p class="muted">${moment(began)}, took ${duration(ended - began)} · ${count(totals.writes)} writes, ${count(totals.acknowledged)} acknowledged,
 ${count(totals.lost)} lost, ${count(totals.unknown)} unknown · evidence: <a href="${href}">${history}</a></p>
${await timelineFigure(experiment)}
${await stagesFigure(experiment)}
${judgementList(judgements)}
</div></details>`;
}

async function timelineFigure(experiment: ExperimentResult): Promise<Html> {
  const { name, faults, seconds, began, ended, totals } = experiment;
  if (seconds.length === 0) return html``;
  const since = (t: number) => `${((t - began) / 1_000).toFixed(0)} s`;
  const bands = faults.map(({ id, injected, healed }) => `${id} from ${since(injected)} to ${since(healed ?? ended)}`);
  const description = `${bands.join("; ") || "No fault"}. ${count(totals.acknowledged)} of ${count(totals.writes)} writes were acknowledged; the longest time without one was ${duration(totals.longestGap)}.`;
  return figure(
    timeline(experiment),
    `Timeline of ${name}`,
    description,
    "Writes through the name by the time of their answer. Shaded: a fault is there.",
  );
}

async function stagesFigure({ name, stages }: ExperimentResult): Promise<Html> {
  if (stages.length === 0) return html``;
  const sorted = stages.toSorted((a, b) => a.ms - b.ms);
  const table = html`<table><thead><tr><th scope="col">stage</th><th scope="col" class="number">since the fault</th>
<th scope="col" class="number">budget</th><th scope="col">verdict</th></tr></thead><tbody>${sorted.map(
    ({ stage, ms, budget }) => html`<tr><th scope="row">${stage}</th><td class="number">${duration(ms)}</td>
<td class="number">${budget === undefined ? "none" : duration(budget)}</td><td>${budget === undefined ? "" : badge(ms <= budget ? "pass" : "fail")}</td></tr>`,
  )}</tbody></table>`;
  const description = sorted
    .map(({ stage, ms, budget }) => `${stage} ${duration(ms)}${budget === undefined ? "" : ` of ${duration(budget)}`}`)
    .join(", ");
  return html`<h3>The outage, stage by stage</h3>${await figure(
    waterfall(stages),
    `Outage of ${name}`,
    `Since the fault: ${description}.`,
    "Each bar begins where the stage before it was over. Grey: the budget, from the fault. Red: over it.",
  )}<details><summary>Figures</summary>${scrolling("Stages", table)}</details>`;
}

function judgementList(judgements: ExperimentResult["judgements"]): Html {
  if (judgements.length === 0) return html``;
  const odd = judgements.filter((judged) => wordOf(judged) !== "pass");
  const held = judgements.filter((judged) => wordOf(judged) === "pass");
  return html`<h3>Judgements</h3><ul class="judgements">${odd.map(judgement)}</ul>
${held.length ? html`<details><summary>${count(held.length)} passed</summary><ul class="judgements">${held.map(judgement)}</ul></details>` : ""}`;
}

function judgement(judged: ExperimentResult["judgements"][number]): Html {
  const { checker, title, summary, limit, evidence = [] } = judged;
  return html`<li>${badge(wordOf(judged))} <strong>${checker}</strong>: ${sentence(summary)} <span class="muted">Invariant: ${sentence(title)}</span>
${limit ? html`<p><strong>Limit:</strong> ${sentence(limit)}</p>` : ""}
${evidence.length ? html`<details><summary>Seen by</summary><pre>${evidence.join("\n")}</pre></details>` : ""}</li>`;
}
