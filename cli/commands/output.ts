import { UserError } from "../../core/errors.ts";
import { readOutputs } from "../environment/inventory.ts";
import { whyNotOwn } from "../environment/owner/index.ts";

export interface OutputOptions {
  showSecrets?: boolean;
}

/** Prints the recorded outputs of an environment, or one of them, as JSON. Secrets read `[secret]` unless asked for. */
export async function output(
  environment: string,
  name: string | undefined,
  { showSecrets = false }: OutputOptions,
): Promise<void> {
  const outputs = await readOutputs(environment, showSecrets);
  const foreign = showSecrets && (await whyNotOwn(environment));
  if (foreign) console.error(`warning: "${environment}": ${foreign}.`);
  const names = Object.keys(outputs);
  if (names.length === 0)
    throw new UserError(`The environment "${environment}" is not up. Bring it up with: trivet up ${environment}`);
  if (name !== undefined && !names.includes(name)) {
    throw new UserError(`There is no output "${name}": expected one of ${names.join(", ")}.`);
  }
  console.log(JSON.stringify(name === undefined ? outputs : outputs[name], null, 2));
}
