import { setTimeout } from "node:timers/promises";
import { findBroken } from "../../checks/guard/leftovers.ts";
import type { Verdict } from "../../health/steadyState.ts";
import { leftText, passingText } from "../environment/broken.ts";
import { judge } from "../environment/health.ts";
import { findInventory } from "../environment/inventory.ts";
import { type KeptVolume, keptText, keptVolumes } from "../environment/kept.ts";
import { whyNotOwn } from "../environment/owner/index.ts";
import { statusText } from "../show/status.ts";

export interface StatusOptions {
  json?: boolean;
  watch?: boolean;
}

/** Asks every service how it is. The exit code is 0 only when all is well. */
export async function status(environment: string, { json, watch }: StatusOptions): Promise<void> {
  let seen = await look(environment);
  while (watch) {
    if (process.stdout.isTTY && !json) console.clear();
    console.log(json ? plainText(seen) : text(environment, seen));
    await setTimeout(1_000);
    seen = await look(environment);
  }
  console.log(json ? plainText(seen) : text(environment, seen));
  process.exitCode = seen.healthy ? 0 : 1;
}

/** How all is, the data of former database nodes, and what is broken on purpose for the moment. */
type Seen = Omit<Verdict, "problems"> & { problems: { text: string }[]; kept: KeptVolume[]; passing?: string };

async function look(environment: string): Promise<Seen> {
  const inventory = await findInventory(environment);
  if (!inventory) {
    const problem = (await whyNotOwn(environment)) ?? `it is not up: trivet up ${environment}`;
    return { healthy: false, services: [], problems: [{ text: problem }], kept: [] };
  }
  const [verdict, kept, broken, foreign] = await Promise.all([
    judge(inventory),
    keptVolumes(inventory),
    findBroken(inventory),
    whyNotOwn(environment),
  ]);
  const left = leftText(environment, broken);
  const first = [foreign, left].filter((text) => text !== undefined);
  return {
    services: verdict.services,
    healthy: verdict.healthy && first.length === 0,
    problems: [...first.map((text) => ({ text })), ...verdict.problems],
    kept,
    passing: passingText(environment, broken),
  };
}

const text = (environment: string, seen: Seen) =>
  [statusText(environment, seen), seen.passing, keptText(environment, seen.kept)].filter(Boolean).join("\n\n");

/** The form that other programs read: `problems`, `chaos` and `kept` only where there are any. */
const plainText = ({ healthy, services, problems, kept, passing }: Seen) =>
  JSON.stringify({
    healthy,
    services,
    ...(problems.length > 0 && { problems: problems.map(({ text }) => text) }),
    ...(passing && { chaos: passing }),
    ...(kept.length > 0 && { kept }),
  });
