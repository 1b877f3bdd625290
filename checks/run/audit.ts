import type { Inventory } from "../../core/inventory.ts";
import { audit, type Finding } from "../audit/index.ts";
import { now } from "../history/events.ts";
import { openHistory } from "../history/file.ts";
import type { ExperimentResult } from "../report/run.ts";

/**
 * The configuration that services really use, judged like an experiment in which nothing is broken: what would hurt only on
 * a bad day is told before one is made. `path` is that of its history, `file` its name in the folder of the run.
 */
export async function performAudit(
  inventory: Inventory,
  { file, path }: { file: string; path: string },
): Promise<ExperimentResult> {
  const began = now();
  const findings = await audit(inventory);
  const ended = now();
  const evidence = findings.map(text);
  const history = await openHistory(path);
  for (const line of evidence) history.add({ kind: "note", t: ended, text: line });
  await history.close();
  return {
    name: "audit",
    title: "What every service really uses, judged before anything is broken",
    verdict: findings.length === 0 ? "pass" : "fail",
    history: file,
    began,
    ended,
    phases: [],
    faults: [],
    judgements: [
      {
        checker: "configuration",
        title: "every service uses what it must",
        kind: "safety",
        outcome: findings.length === 0 ? "pass" : "fail",
        summary: findings.length === 0 ? "All rules hold." : `${findings.length} findings; first: ${evidence[0]}`,
        evidence: evidence.slice(0, 20),
      },
    ],
    stages: [],
    seconds: [],
    totals: { writes: 0, acknowledged: 0, unknown: 0, lost: 0, faults: 0, faultSeconds: 0, longestGap: 0 },
  };
}

const text = ({ rule, service, host, said, expected, mend }: Finding) =>
  `${rule}: ${service} on ${host} ${said}, expected ${expected}; ${mend}`;
