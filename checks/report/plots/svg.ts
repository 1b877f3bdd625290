import { html } from "hono/html";
import { Error as errorLevel, logger, parse, View } from "vega";
import { type Config, compile, type TopLevelSpec } from "vega-lite";

/** Colours are CSS variables of the page: the same plot is right in light and in dark. */
export const colour = (name: string): string => `var(--${name})`;

const text = { labelColor: colour("muted"), titleColor: colour("muted"), titleFontWeight: "normal" as const };

const config: Config = {
  // The page gives each plot a title and a description; a label on every mark would make the file ten times as large.
  aria: false,
  background: "transparent",
  font: "inherit",
  view: { stroke: null },
  axis: {
    ...text,
    labelFontSize: 11,
    titleFontSize: 11,
    domainColor: colour("line"),
    tickColor: colour("line"),
    gridColor: colour("grid"),
  },
  legend: { ...text, orient: "top", labelFontSize: 11, titleFontSize: 11, symbolType: "square", offset: 4 },
  text: { color: colour("ink"), fontSize: 11 },
  bar: { discreteBandSize: 14 },
};

/** Draws a plot as SVG that fills the width it is given. `name` and `description` are what is read out instead of it. */
export async function svg(
  spec: TopLevelSpec,
  { name, description }: { name: string; description: string },
): Promise<string> {
  const quiet = logger(errorLevel);
  const heading = await html`<title>${name}</title><desc>${description}</desc>`;
  const drawn = await new View(parse(compile({ ...spec, config } as TopLevelSpec, { logger: quiet }).spec), {
    renderer: "none",
    logger: quiet,
  }).toSVG();
  return drawn
    .replace(/^<svg [^>]*?(viewBox="[^"]*")[^>]*>/, (_, viewBox) => `<svg role="img" ${viewBox}>${heading}`)
    .replaceAll(' font-family="inherit"', "")
    .replaceAll(/<[^>]*>/g, (tag) => tag.replaceAll(/(\d\.\d{2})\d+/g, "$1"));
}
