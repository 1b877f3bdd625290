import { readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../core/errors.ts";
import { parseSettings } from "../../core/settingsYaml.ts";
import type { SettingsSource } from "../settings.ts";

/** Before the name of each setting in the files of Pulumi. */
export const namespace = "trivet:";

export const settingsFile = (environment: string): string => join(import.meta.dirname, `../Pulumi.${environment}.yaml`);

/** The settings as they lie in the file, for whoever looks at them outside of the program. */
export function fileSettings(environment: string): SettingsSource {
  const file = settingsFile(environment);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw new UserError(`${file}: ${(error as Error).message}`);
    throw new UserError(
      `No settings for the environment "${environment}": expected ${file}. Write it by: trivet init ${environment}`,
    );
  }
  const document: { config?: Record<string, unknown> | null } = parseSettings(file, text);
  const all = Object.entries(document.config ?? {});
  // Pulumi takes a name without a namespace as one of the project's.
  const own = all.map(([key, value]): [string, unknown] => [key.includes(":") ? key : `${namespace}${key}`, value]);
  const config = own.filter(([key]) => key.startsWith(namespace));
  const isSecret = (value: unknown) => typeof value === "object" && value !== null && "secure" in value;
  return {
    file,
    values: Object.fromEntries(config.map(([key, value]) => [key.slice(namespace.length), value])),
    strangers: own.map(([key]) => key).filter((key) => !key.startsWith(namespace)),
    secrets: new Set(config.filter(([, value]) => isSecret(value)).map(([key]) => key.slice(namespace.length))),
  };
}
