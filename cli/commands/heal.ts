import { findBroken } from "../../checks/guard/leftovers.ts";
import { connectedTo } from "../../hosts/endpoint.ts";
import { passingText } from "../environment/broken.ts";
import { healTask } from "../environment/heal.ts";
import { readInventory } from "../environment/inventory.ts";
import { taskList } from "../show/tasks.ts";

/**
 * Heals what a chaos run that was killed has left broken.
 *
 * @throws {UserError} after that, for a host that can't be reached: what is broken there is not known
 */
export async function heal(environment: string): Promise<void> {
  const inventory = await readInventory(environment);
  await taskList([healTask(environment)], {}).run();
  const passing = passingText(environment, await findBroken(inventory));
  if (passing) console.log(passing);
  await Promise.all(inventory.hosts.map(({ endpoint }) => connectedTo(endpoint)));
}
