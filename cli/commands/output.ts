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
  console.log(JSON.stringify(name === undefined ? outputs : partOf(outputs, name), null, 2));
}

/** An output, or a part of it: `inventory.web.login`. */
export function partOf(outputs: Record<string, unknown>, path: string): unknown {
  let value: unknown = outputs;
  const seen: string[] = [];
  for (const key of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) {
      const keys = typeof value === "object" && value !== null ? Object.keys(value) : [];
      const what = seen.length > 0 ? `"${key}" in ${seen.join(".")}` : `output "${key}"`;
      throw new UserError(
        `There is no ${what}: expected ${keys.length > 0 ? `one of ${keys.join(", ")}` : "nothing below it"}.`,
      );
    }
    value = (value as Record<string, unknown>)[key];
    seen.push(key);
  }
  return value;
}
