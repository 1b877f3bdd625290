import { html, raw } from "hono/html";
import { svg } from "../plots/svg.ts";
import type { ExperimentVerdict } from "../run.ts";
import { verdicts } from "../verdicts.ts";

/** A piece of the page; `html` escapes whatever is put into it that is no such piece. */
export type Html = ReturnType<typeof html>;

/** Sign, word and colour: none of them is needed to understand the others. */
export const badge = (word: ExperimentVerdict): Html =>
  html`<span class="verdict ${word}"><span aria-hidden="true">${verdicts[word].sign} </span>${word}</span>`;

/** Scrolls by itself on narrow screens, by keyboard too. */
export const scrolling = (label: string, content: Html): Html =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">${content}</div>`;

/** A plot with what it shows, in words. */
export async function figure(
  spec: Parameters<typeof svg>[0],
  name: string,
  description: string,
  caption?: string,
): Promise<Html> {
  // What vega draws is escaped already.
  const drawn = raw(await svg(spec, { name, description }));
  return html`<figure>${scrolling(name, html`${drawn}`)}${caption ? html`<figcaption>${caption}</figcaption>` : ""}</figure>`;
}
