import { setTimeout } from "node:timers/promises";
import type { Verdict } from "../../checks/steadyState.ts";
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

/** How all is, and the data of former database nodes. */
type Seen = Verdict & { kept: KeptVolume[] };

async function look(environment: string): Promise<Seen> {
  const inventory = await findInventory(environment);
  if (!inventory) {
    const problem = (await whyNotOwn(environment)) ?? `it is not up: trivet up ${environment}`;
    return { healthy: false, services: [], problems: [problem], kept: [] };
  }
  const [verdict, kept, foreign] = await Promise.all([
    judge(inventory),
    keptVolumes(inventory),
    whyNotOwn(environment),
  ]);
  if (foreign) return { ...verdict, healthy: false, problems: [foreign, ...verdict.problems], kept };
  return { ...verdict, kept };
}

const text = (environment: string, seen: Seen) =>
  [statusText(environment, seen), keptText(environment, seen.kept)].filter(Boolean).join("\n\n");

/** The form that other programs read: `problems` and `kept` only where there are any. */
const plainText = ({ healthy, services, problems, kept }: Seen) =>
  JSON.stringify({
    healthy,
    services,
    ...(problems.length > 0 && { problems }),
    ...(kept.length > 0 && { kept }),
  });
