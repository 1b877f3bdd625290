import type { TopLevelSpec } from "vega-lite";
import type { ExperimentResult } from "../run.ts";
import { duration } from "../words.ts";
import { colour } from "./svg.ts";

/** A stage of an outage that begins where the one before it ended; ms from the fault. */
export interface Step {
  stage: string;
  from: number;
  to: number;
  budget?: number;
}

/**
 * Stages in the order in which they were over. The answers of the single DNS servers (`name-…`) go on beside each other: each
 * begins where the last stage that is no such one ended.
 */
export function steps(stages: ExperimentResult["stages"]): Step[] {
  let before = 0;
  return stages
    .toSorted((a, b) => a.ms - b.ms)
    .map(({ stage, ms, budget }) => {
      const step = { stage, from: before, to: ms, ...(budget !== undefined && { budget }) };
      if (!stage.startsWith("name-")) before = ms;
      return step;
    });
}

/** One outage: a bar per stage, each from where the one before it ended, on its budget (counted from the fault). */
export function waterfall(stages: ExperimentResult["stages"]): TopLevelSpec {
  const values = steps(stages).map((step) => ({
    ...step,
    label: `${duration(step.to)}${step.budget === undefined ? "" : ` of ${duration(step.budget)}`}`,
    within: step.budget === undefined || step.to <= step.budget ? "within" : "over",
    end: Math.max(step.to, step.budget ?? 0) / 1_000,
    from: step.from / 1_000,
    to: step.to / 1_000,
    budget: step.budget === undefined ? null : step.budget / 1_000,
  }));
  const seconds = { title: "seconds since the fault", grid: true, tickCount: 8 };
  const y = {
    field: "stage",
    type: "nominal" as const,
    sort: null,
    title: null,
    axis: { ticks: false, domain: false, minExtent: 80, labelPadding: 6 },
  };
  const color = {
    field: "within",
    type: "nominal" as const,
    scale: { domain: ["within", "over"], range: [colour("spent"), colour("failed")] },
    legend: null,
  };
  return {
    data: { values },
    width: 740,
    height: { step: 22 },
    layer: [
      {
        transform: [{ filter: "datum.budget !== null" }],
        mark: { type: "bar", height: 16, color: colour("allowed") },
        encoding: { y, x: { field: "budget", type: "quantitative", axis: seconds } },
      },
      {
        mark: { type: "bar", height: 8 },
        encoding: {
          y,
          x: { field: "from", type: "quantitative" },
          x2: { field: "to" },
          color,
        },
      },
      // Its end, however short it was.
      {
        mark: { type: "tick", height: 16, thickness: 3 },
        encoding: { y, x: { field: "to", type: "quantitative" }, color },
      },
      {
        mark: { type: "text", align: "left", baseline: "middle", dx: 5 },
        encoding: { y, x: { field: "end", type: "quantitative" }, text: { field: "label" } },
      },
    ],
  };
}

/** From the fault to the next acknowledged write, in the order of the legend. */
const chain = ["evict", "check", "name", "resolve", "reconnect", "write"];

/** The outages that end with a write again. */
export const withWrite = (experiments: readonly ExperimentResult[]): ExperimentResult[] =>
  experiments.filter(({ stages }) => stages.some(({ stage }) => stage === "write"));

/** All outages: a bar per experiment, stacked of the stages until its first write, with a tick at the budget for that. */
export function stacked(experiments: readonly ExperimentResult[]): TopLevelSpec {
  const outages = withWrite(experiments).map(({ name, stages }) => {
    const write = stages.find(({ stage }) => stage === "write")!;
    const until = stages.filter(({ stage, ms }) => chain.includes(stage) && (ms < write.ms || stage === "write"));
    return { name, budget: write.budget, steps: steps(until) };
  });
  const y = {
    field: "name",
    type: "nominal" as const,
    sort: null,
    title: null,
    axis: { ticks: false, domain: false, labelLimit: 240, labelPadding: 6 },
  };
  return {
    width: 800,
    height: { step: 22 },
    layer: [
      {
        data: {
          values: outages.flatMap(({ name, steps }) =>
            steps.map(({ stage, from, to }) => ({ name, stage, from: from / 1_000, to: to / 1_000 })),
          ),
        },
        mark: { type: "bar", height: 14, stroke: colour("surface"), strokeWidth: 1 },
        encoding: {
          y,
          x: { field: "from", type: "quantitative", axis: { title: "seconds since the fault", tickCount: 8 } },
          x2: { field: "to" },
          color: {
            field: "stage",
            type: "nominal",
            title: "until",
            scale: { domain: chain, range: chain.map((_, n) => colour(`stage-${n + 1}`)) },
          },
        },
      },
      {
        data: {
          values: outages.flatMap(({ name, budget }) =>
            budget === undefined ? [] : [{ name, budget: budget / 1_000 }],
          ),
        },
        mark: { type: "tick", height: 20, thickness: 2, color: colour("ink") },
        encoding: { y, x: { field: "budget", type: "quantitative" } },
      },
    ],
  };
}
