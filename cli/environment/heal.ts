import { healLeftovers } from "../../checks/guard/index.ts";
import { findBroken } from "../../checks/guard/leftovers.ts";
import type { Inventory } from "../../core/inventory.ts";
import { imageTag } from "../../images/index.ts";
import { bringGuard } from "../setup/hostImages.ts";
import { type Say, sayIn, type Task } from "../show/tasks.ts";
import { findInventory } from "./inventory.ts";

/** A step that does so before anything else is done to an environment. */
export function healTask<Context extends object>(environment: string): Task<Context> {
  return {
    title: "Nothing is broken on purpose",
    task: async (_, task) => {
      const inventory = await findInventory(environment);
      const healed = inventory ? await healLeft(inventory, sayIn(task)) : [];
      if (healed.length > 0) task.title = `Healed what a killed chaos run had left broken: ${healed.join(", ")}`;
    },
  };
}

/** Heals what a chaos run that was killed has left; names what that was. A run that is at work is left alone. */
export async function healLeft(inventory: Inventory, say: Say): Promise<string[]> {
  const broken = await findBroken(inventory);
  const left = broken.filter(({ healer }) => healer !== "run");
  if (left.length === 0) return [];
  await bringGuard(inventory, say);
  await healLeftovers(inventory, imageTag("guard"));
  return [...new Set(left.flatMap(({ faults }) => faults))];
}
