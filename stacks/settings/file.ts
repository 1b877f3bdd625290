import { readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../core/errors.ts";
import { parseSettings } from "../../core/settingsYaml.ts";
import type { SettingsSource } from "../settings.ts";

/** Before the name of each setting in the files of Pulumi. */
export const namespace = "trivet:";

export const settingsFile = (environment: string): string => join(import.meta.dirname, `../Pulumi.${environment}.yaml`);

/** The settings as they lie in the file, for whoever looks at them outside of the program. */
export function fileSettings(environment: string): FileSettings {
  const file = settingsFile(environment);
  try {
    return settingsOf(file, readFileSync(file, "utf8"));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    if (code !== "ENOENT") throw new UserError(`${file}: ${message}`);
    throw new UserError(
      `No settings for the environment "${environment}": expected ${file}. Write it by: trivet init ${environment}`,
    );
  }
}

export interface FileSettings extends SettingsSource {
  secrets: ReadonlySet<string>;
  /** With which the secrets in the file are encrypted; undefined where there never was any. */
  salt?: string;
}

/** The settings in the text of a file. @throws {UserError} when it is no YAML, or means something else with the other engine */
export function settingsOf(file: string, text: string): FileSettings {
  const document: { config?: Record<string, unknown> | null; encryptionsalt?: string } = parseSettings(file, text);
  const all = Object.entries(document.config ?? {});
  // Pulumi takes a name without a namespace as one of the project's.
  const own = all.map(([key, value]): [string, unknown] => [key.includes(":") ? key : `${namespace}${key}`, value]);
  const config = own.filter(([key]) => key.startsWith(namespace));
  return {
    file,
    values: Object.fromEntries(config.map(([key, value]) => [key.slice(namespace.length), value])),
    strangers: own.map(([key]) => key).filter((key) => !key.startsWith(namespace)),
    secrets: new Set(config.filter(([, value]) => hasSealed(value)).map(([key]) => key.slice(namespace.length))),
    salt: document.encryptionsalt,
  };
}

/** A value as Pulumi keeps a secret. */
export const isSealed = (value: unknown): value is { secure: string } =>
  typeof value === "object" && value !== null && "secure" in value && typeof value.secure === "string";

export const hasSealed = (value: unknown): boolean =>
  isSealed(value) || (typeof value === "object" && value !== null && Object.values(value).some(hasSealed));
