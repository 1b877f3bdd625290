import { UserError } from "../../components/errors.ts";
import type { Inventory } from "../../stacks/inventory.ts";
import { embeddedEngine } from "../engine/embedded.ts";
import { pulumiEngine } from "../engine/pulumi.ts";
import { backendUrl } from "../engine/state.ts";
import { mustExist } from "./names.ts";

/** The recorded outputs of an environment. A state in files is read by ourselves, whichever engine wrote it: that is quick. */
export async function readOutputs(environment: string, showSecrets: boolean): Promise<Record<string, unknown>> {
  await mustExist(environment);
  const engine = (await backendUrl()).startsWith("file:") ? embeddedEngine : pulumiEngine;
  return engine.outputs(environment, showSecrets);
}

/** What is recorded of an environment that is up; undefined when it is not. */
export async function findInventory(environment: string, showSecrets = false): Promise<Inventory | undefined> {
  return (await readOutputs(environment, showSecrets)).inventory as Inventory | undefined;
}

/** @throws {UserError} when the environment is not up */
export async function readInventory(environment: string, showSecrets = false): Promise<Inventory> {
  const inventory = await findInventory(environment, showSecrets);
  if (!inventory) {
    throw new UserError(`The environment "${environment}" is not up. Bring it up with: trivet up ${environment}`);
  }
  return inventory;
}
