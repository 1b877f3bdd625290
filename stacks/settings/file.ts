import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { UserError } from "../../core/errors.ts";
import type { SettingsSource } from "../settings.ts";

/** Before the name of each setting in the files of Pulumi. */
export const namespace = "trivet:";

export const settingsFile = (environment: string): string => join(import.meta.dirname, `../Pulumi.${environment}.yaml`);

/** The settings as they lie in the file, for whoever looks at them outside of the program. */
export function fileSettings(environment: string): SettingsSource {
  const file = settingsFile(environment);
  let document: { config?: Record<string, unknown> } | null;
  try {
    document = parse(readFileSync(file, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw new UserError(`${file}: ${(error as Error).message}`);
    throw new UserError(
      `No settings for the environment "${environment}": expected ${file}. Write it by: trivet init ${environment}`,
    );
  }
  const config = Object.entries(document?.config ?? {}).filter(([key]) => key.startsWith(namespace));
  const isSecret = (value: unknown) => typeof value === "object" && value !== null && "secure" in value;
  return {
    file,
    values: Object.fromEntries(config.map(([key, value]) => [key.slice(namespace.length), value])),
    secrets: new Set(config.filter(([, value]) => isSecret(value)).map(([key]) => key.slice(namespace.length))),
  };
}
