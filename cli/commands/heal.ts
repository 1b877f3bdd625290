import { findBroken } from "../../checks/guard/leftovers.ts";
import { passingText } from "../environment/broken.ts";
import { healTask } from "../environment/heal.ts";
import { readInventory } from "../environment/inventory.ts";
import { taskList } from "../show/tasks.ts";

/** Heals what a chaos run that was killed has left broken. */
export async function heal(environment: string): Promise<void> {
  const inventory = await readInventory(environment);
  await taskList([healTask(environment)], {}).run();
  const passing = passingText(environment, await findBroken(inventory));
  if (passing) console.log(passing);
}
