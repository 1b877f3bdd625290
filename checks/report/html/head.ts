import { html } from "hono/html";
import type { RunResult } from "../run.ts";
import { type Totals, totalsOf } from "../totals.ts";
import { bestFirst, verdictOfRun, verdicts } from "../verdicts.ts";
import { count, duration, moment } from "../words.ts";
import { badge, type Html } from "./parts.ts";

/** Verdict, circumstances, totals, and what the verdicts mean. */
export function head(result: RunResult): Html {
  const { environment, trivet, commit, seed, started, ended, machine, state } = result;
  const totals = totalsOf(result);
  return html`<header>
<h1>Chaos checks of ${environment} ${badge(verdictOfRun(result))}</h1>
<p class="muted">${moment(started)}, took ${duration(Date.parse(ended) - Date.parse(started))}${state === "aborted" ? " (ended early)" : ""}
 · Trivet ${trivet}${commit ? html` at <code>${commit.slice(0, 12)}</code>` : ""} · seed ${seed}
 · ${machine.cores} cores, ${count(Math.round(machine.memoryMiB / 1024))} GiB, load ${machine.loadAtStart.toFixed(1)} at the start</p>
${tiles(totals)}
<ul class="legend" aria-label="Experiments by verdict, and what the verdicts mean">${bestFirst.map(
    (word) => html`<li><strong>${count(totals.verdicts[word])}</strong> ${badge(word)} ${verdicts[word].meaning}</li>`,
  )}</ul>
</header>`;
}

function tiles(totals: Totals): Html {
  const tile = (name: string, value: string, alarm = false) =>
    html`<div class="${alarm ? "alarm" : ""}"><dt>${name}</dt><dd>${value}</dd></div>`;
  return html`<dl class="tiles">
${tile("experiments", count(totals.experiments))}
${tile("writes", count(totals.writes))}
${tile("acknowledged", count(totals.acknowledged))}
${tile("lost writes", count(totals.lost), totals.lost > 0)}
${tile("unknown writes", count(totals.unknown))}
${tile("faults", count(totals.faults))}
${tile("seconds of fault", count(Math.round(totals.faultSeconds)))}
${tile("longest gap", duration(totals.longestGap))}
</dl>`;
}
