import { html, raw } from "hono/html";
import type { RunResult } from "../run.ts";
import { duration } from "../words.ts";
import { section } from "./experiment.ts";
import { head } from "./head.ts";
import { attention, budgets, matrix } from "./overview.ts";
import { type Html, scrolling } from "./parts.ts";
import { style } from "./style.ts";

/** The whole report as one page that loads nothing: it can be mailed, and read years later. */
export async function page(result: RunResult): Promise<string> {
  const sections: Html[] = [];
  for (const [n, experiment] of result.experiments.entries()) sections.push(await section(experiment, n));
  const written = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Chaos checks of ${result.environment}, ${result.started.slice(0, 10)}</title>
<style>${raw(style)}</style>
</head>
<body><main>
${head(result)}
${attention(result)}
${matrix(result)}
${await budgets(result)}
<h2 id="experiments">Each experiment</h2>
${sections}
${settings(result)}
</main></body>
</html>
`;
  return String(written);
}

/** What was allowed, and what could not be tried. */
function settings({ budgets, leftOut = [], notApplicable }: RunResult): Html {
  const allowed = html`<table><thead><tr><th scope="col">budget</th><th scope="col" class="number">at most</th></tr></thead>
<tbody>${Object.entries(budgets).map(([name, ms]) => html`<tr><th scope="row">${name}</th><td class="number">${duration(ms)}</td></tr>`)}</tbody></table>`;
  const absent = html`<table><thead><tr><th scope="col">experiment</th><th scope="col">reason</th></tr></thead>
<tbody>${leftOut.map(({ name, reason }) => html`<tr><th scope="row">${name}</th><td>${reason}</td></tr>`)}</tbody></table>`;
  const never = html`<table><thead><tr><th scope="col">fault</th><th scope="col">service</th><th scope="col">level</th><th scope="col">reason</th></tr></thead>
<tbody>${notApplicable.map(
    ({ fault, service, level, reason }) =>
      html`<tr><th scope="row">${fault}</th><td>${service}</td><td>${level}</td><td>${reason}</td></tr>`,
  )}</tbody></table>`;
  return html`<h2 id="settings">Budgets and coverage</h2><div class="panel">
<details><summary>Budgets that the settings declare</summary>${scrolling("Budgets", allowed)}</details>
${leftOut.length ? html`<details><summary>Experiments that this environment can't have: ${leftOut.length}</summary>${scrolling("Left out", absent)}</details>` : ""}
${notApplicable.length ? html`<details><summary>Combinations of fault, service and level that do not apply: ${notApplicable.length}</summary>${scrolling("Not applicable", never)}</details>` : ""}
</div>`;
}
