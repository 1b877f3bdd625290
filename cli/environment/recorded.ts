import type { Inventory } from "../../core/inventory.ts";
import { stateKeeper } from "../engine/keeper.ts";
import { mustExist } from "./known.ts";

/** The recorded outputs of an environment. */
export async function readOutputs(environment: string, showSecrets: boolean): Promise<Record<string, unknown>> {
  await mustExist(environment);
  return (await stateKeeper()).outputs(environment, showSecrets);
}

/** What is recorded of an environment that is up; undefined when it is not. */
export async function findInventory(environment: string, showSecrets = false): Promise<Inventory | undefined> {
  return (await readOutputs(environment, showSecrets)).inventory as Inventory | undefined;
}
