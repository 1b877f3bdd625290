import { UserError } from "../../core/errors.ts";
import type { Inventory } from "../../core/inventory.ts";
import { whyNotOwn } from "./owner/index.ts";
import { findInventory, readOutputs } from "./recorded.ts";

export { findInventory, readOutputs };

/**
 * What is recorded, for a command that changes something or needs a password.
 *
 * @throws {UserError} when the environment is not up, or another state's
 */
export async function readInventory(environment: string, showSecrets = false): Promise<Inventory> {
  const [inventory, foreign] = await Promise.all([findInventory(environment, showSecrets), whyNotOwn(environment)]);
  if (foreign) throw new UserError(`"${environment}": ${foreign}.`);
  if (!inventory) throw notUp(environment);
  return inventory;
}

/**
 * As `readInventory`, for a command that only reads: where another state owns what is there, that is said.
 *
 * @throws {UserError} when the environment is not up
 */
export async function readInventoryToLook(environment: string): Promise<Inventory> {
  const [inventory, foreign] = await Promise.all([findInventory(environment), whyNotOwn(environment)]);
  if (foreign) console.error(`warning: "${environment}": ${foreign}.`);
  if (!inventory) throw notUp(environment);
  return inventory;
}

const notUp = (environment: string) =>
  new UserError(`The environment "${environment}" is not up. Bring it up with: trivet up ${environment}`);
