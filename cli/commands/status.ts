import { setTimeout } from "node:timers/promises";
import type { Verdict } from "../../checks/steadyState.ts";
import { judge } from "../environment/health.ts";
import { findInventory } from "../environment/inventory.ts";
import { statusText } from "../show/status.ts";

export interface StatusOptions {
  json?: boolean;
  watch?: boolean;
}

/** Asks every service how it is. The exit code is 0 only when all is well. */
export async function status(environment: string, { json, watch }: StatusOptions): Promise<void> {
  const show = (verdict: Verdict) => (json ? JSON.stringify(plain(verdict)) : statusText(environment, verdict));
  let verdict = await judgeNow(environment);
  while (watch) {
    if (process.stdout.isTTY && !json) console.clear();
    console.log(show(verdict));
    await setTimeout(1_000);
    verdict = await judgeNow(environment);
  }
  console.log(show(verdict));
  process.exitCode = verdict.healthy ? 0 : 1;
}

async function judgeNow(environment: string): Promise<Verdict> {
  const inventory = await findInventory(environment);
  if (inventory) return judge(inventory);
  return { healthy: false, services: [], problems: [`it is not up: trivet up ${environment}`] };
}

/** The form that other programs read: `problems` only where there are any. */
const plain = ({ healthy, services, problems }: Verdict) => ({
  healthy,
  services,
  ...(problems.length > 0 && { problems }),
});
