import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { UserError } from "../../core/errors.ts";
import type { RunResult } from "./run.ts";

const judgement = z.object({
  checker: z.string(),
  title: z.string(),
  kind: z.enum(["safety", "time"]),
  outcome: z.enum(["pass", "fail", "unknown"]),
  summary: z.string(),
  figures: z.record(z.string(), z.number()).optional(),
  evidence: z.array(z.string()).optional(),
  limit: z.string().optional(),
  excused: z.boolean().optional(),
});

const second = z.object({
  t: z.number(),
  ok: z.number(),
  fail: z.number(),
  unknown: z.number(),
  p50: z.number(),
  p95: z.number(),
  p99: z.number(),
});

const experiment = z.object({
  name: z.string(),
  title: z.string(),
  verdict: z.enum(["pass", "limit", "unknown", "fail", "broken"]),
  error: z.string().optional(),
  history: z.string(),
  began: z.number(),
  ended: z.number(),
  phases: z.array(z.object({ phase: z.string(), began: z.number(), ended: z.number() })),
  faults: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      hosts: z.array(z.string()),
      injected: z.number(),
      healed: z.number().optional(),
    }),
  ),
  judgements: z.array(judgement),
  stages: z.array(z.object({ stage: z.string(), ms: z.number(), budget: z.number().optional() })),
  seconds: z.array(second),
  totals: z.object({
    writes: z.number(),
    acknowledged: z.number(),
    unknown: z.number(),
    lost: z.number(),
    faults: z.number(),
    faultSeconds: z.number(),
    longestGap: z.number(),
  }),
});

const runResult: z.ZodType<RunResult> = z.object({
  version: z.literal(1),
  environment: z.string(),
  trivet: z.string(),
  commit: z.string().optional(),
  seed: z.number(),
  started: z.iso.datetime(),
  ended: z.iso.datetime(),
  state: z.enum(["complete", "aborted"]),
  machine: z.object({ cores: z.number(), memoryMiB: z.number(), loadAtStart: z.number() }),
  budgets: z.record(z.string(), z.number()),
  experiments: z.array(experiment),
  leftOut: z.array(z.object({ name: z.string(), reason: z.string() })).optional(),
  notApplicable: z.array(z.object({ fault: z.string(), service: z.string(), level: z.string(), reason: z.string() })),
});

/** The result of a run, from its folder. @throws {UserError} when there is none, or when it is something else */
export async function readRun(folder: string): Promise<RunResult> {
  const path = join(folder, "run.json");
  const advice = "Name the folder of a run of trivet chaos, or leave it out for the newest.";
  const text = await readFile(path, "utf8").catch((error: Error) => {
    throw new UserError(`${path} can't be read (${error.message}). ${advice}`);
  });
  const parsed = runResult.safeParse(jsonOf(text, path));
  if (parsed.success) return parsed.data;
  throw new UserError(
    `${path} is not the result of a run as this version of Trivet writes it:\n${z.prettifyError(parsed.error)}\n${advice}`,
  );
}

function jsonOf(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(
      `${path} is broken: expected JSON (${(error as Error).message}). Take it from its run again, or run trivet chaos <environment> anew.`,
    );
  }
}
