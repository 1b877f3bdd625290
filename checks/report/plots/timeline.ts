import type { TopLevelSpec } from "vega-lite";
import type { ExperimentResult } from "../run.ts";
import { bins, largestBin } from "./bins.ts";
import { colour } from "./svg.ts";

const WIDTH = 880;
/** Pixels that the names of the rows and the values of the axes take: the same in all panels, so that times are in line. */
const LEFT = 56;
const ROW = 20;
/** Pixels that a letter takes; a name that is wider than its band is left out. */
const LETTER = 6;

/** Latencies (ms) that get a line. */
const DECADES = [0.1, 1, 10, 100, 1_000, 10_000, 100_000];

/** Phases and faults as bands, writes through the name by outcome, and their latency, below each other on one time axis. */
export function timeline(experiment: ExperimentResult): TopLevelSpec {
  const { began, ended, phases, faults, seconds } = experiment;
  // Whole seconds begin before the experiment does, and end after it.
  const since = (t: number) => Math.round(Math.min(Math.max(t, began), ended) - began) / 1_000;
  const length = Math.max(1, since(ended));
  const bands = faults.map(({ id, injected, healed }) => ({ id, from: since(injected), to: since(healed ?? ended) }));
  const spans = phases.map((phase, n) => {
    const [from, to] = [since(phase.began), since(phase.ended)];
    const fits = ((to - from) / length) * WIDTH > phase.phase.length * LETTER + 4;
    return { phase: phase.phase, from, to, label: fits ? phase.phase : "", shade: n % 2 ? "even" : "odd" };
  });
  const rows = bins(seconds);
  const x = (title: string | null) => ({
    field: "s",
    type: "quantitative" as const,
    scale: { domain: [0, length], nice: false },
    axis: title === null ? null : { title, grid: false, tickCount: 12 },
  });
  const time = "seconds since the experiment began";
  const axis = { minExtent: LEFT, maxExtent: LEFT, tickCount: 4, titlePadding: 6 };
  const per = largestBin(seconds);
  const worst = per > 1 ? `, worst of ${per} s` : "";
  const behind = {
    data: { values: bands },
    mark: { type: "rect" as const, color: colour("fault"), opacity: 0.16 },
    encoding: { x: { ...x(null), field: "from" }, x2: { field: "to" } },
  };
  const panel = { width: WIDTH, resolve: { scale: { color: "independent" as const } } };

  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    spacing: 10,
    resolve: { scale: { color: "independent" } },
    vconcat: [
      {
        ...panel,
        height: ROW * (bands.length + 1),
        layer: [
          {
            data: { values: spans.map((span) => ({ ...span, row: "phases" })) },
            mark: { type: "bar", height: ROW - 4 },
            encoding: {
              x: { ...x(null), field: "from" },
              x2: { field: "to" },
              y: {
                field: "row",
                type: "nominal",
                sort: null,
                title: null,
                axis: { ...axis, domain: false, ticks: false },
              },
              color: {
                field: "shade",
                type: "nominal",
                scale: { domain: ["odd", "even"], range: [colour("phase-1"), colour("phase-2")] },
                legend: null,
              },
            },
          },
          {
            data: { values: spans.map((span) => ({ ...span, row: "phases", s: (span.from + span.to) / 2 })) },
            mark: { type: "text", baseline: "middle" },
            encoding: { x: x(null), y: { field: "row", type: "nominal", sort: null }, text: { field: "label" } },
          },
          {
            data: { values: bands.map((band, n) => ({ ...band, row: faultRow(n, bands.length) })) },
            mark: { type: "bar", height: ROW - 4, color: colour("fault"), opacity: 0.55 },
            encoding: {
              x: { ...x(null), field: "from" },
              x2: { field: "to" },
              y: { field: "row", type: "nominal", sort: null },
            },
          },
          // The name begins where its fault does, or ends there, whichever side has more room.
          ...(["left", "right"] as const).map((align) => ({
            data: {
              values: bands
                .map((band, n) => ({ ...band, row: faultRow(n, bands.length), s: band.from }))
                .filter(({ from }) => from < length / 2 === (align === "left")),
            },
            mark: { type: "text" as const, align, baseline: "middle" as const, dx: align === "left" ? 5 : -5 },
            encoding: {
              x: x(null),
              y: { field: "row", type: "nominal" as const, sort: null },
              text: { field: "id" },
            },
          })),
        ],
      },
      {
        ...panel,
        height: 84,
        layer: [
          behind,
          {
            data: {
              values: closed(rows, per).flatMap(({ t, ok, fail, unknown }) =>
                Object.entries({ ok, fail, unknown }).map(([outcome, n]) => ({ s: since(t), outcome, n })),
              ),
            },
            mark: { type: "area", interpolate: "step-after", opacity: 0.9 },
            encoding: {
              x: x(null),
              y: { field: "n", type: "quantitative", stack: "zero", title: "writes per s", axis },
              color: {
                field: "outcome",
                type: "nominal",
                title: "writes",
                scale: {
                  domain: ["ok", "unknown", "fail"],
                  range: [colour("ok"), colour("undecided"), colour("failed")],
                },
              },
            },
          },
        ],
      },
      {
        ...panel,
        height: 110,
        layer: [
          behind,
          {
            data: {
              values: rows.flatMap(({ t, ok, p50, p95, p99 }) =>
                Object.entries({ p50, p95, p99 }).map(([quantile, ms]) => ({
                  s: since(t + per * 500),
                  quantile,
                  ms: ok > 0 && ms > 0 ? ms : null,
                })),
              ),
            },
            mark: { type: "line", strokeWidth: 1.6, strokeCap: "round", invalid: "break-paths-filter-domains" },
            encoding: {
              x: x(time),
              y: {
                field: "ms",
                type: "quantitative",
                scale: { type: "log", nice: true },
                title: "latency, ms",
                axis: { ...axis, values: DECADES, format: ",~r" },
              },
              color: {
                field: "quantile",
                type: "nominal",
                title: `latency of acknowledged writes${worst}`,
                scale: { domain: ["p50", "p95", "p99"], range: [colour("p50"), colour("p95"), colour("p99")] },
                legend: { symbolType: "stroke", titleLimit: WIDTH / 2 },
              },
            },
          },
        ],
      },
    ],
  };
}

/** The steps go to the end of the last row. */
const closed = (rows: ReturnType<typeof bins>, size: number) => [
  ...rows,
  ...rows.slice(-1).map((last) => ({ ...last, t: last.t + size * 1_000 })),
];

const faultRow = (n: number, of: number) => (of === 1 ? "fault" : `fault ${n + 1}`);
