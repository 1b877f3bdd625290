import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { UserError } from "../../core/errors.ts";
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
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new UserError(`No settings for the environment "${environment}": expected ${file}. Copy the one of staging.`);
  }
}

export interface FileSettings extends SettingsSource {
  secrets: ReadonlySet<string>;
  /** With which the secrets in the file are encrypted; undefined where there never was any. */
  salt?: string;
}

/** The settings in the text of a file. @throws {UserError} when it is no YAML */
export function settingsOf(file: string, text: string): FileSettings {
  let document: { config?: Record<string, unknown>; encryptionsalt?: string } | null;
  try {
    document = parse(text);
  } catch (error) {
    // What follows is the line itself, or the name of an alias: it may be a part of a password.
    const [message = ""] = (error as Error).message.split("\n");
    throw new UserError(`${file}: ${message.replace(/:( \S+)?$/, "")}`);
  }
  const config = Object.entries(document?.config ?? {}).filter(([key]) => key.startsWith(namespace));
  return {
    file,
    values: Object.fromEntries(config.map(([key, value]) => [key.slice(namespace.length), value])),
    secrets: new Set(config.filter(([, value]) => hasSealed(value)).map(([key]) => key.slice(namespace.length))),
    salt: document?.encryptionsalt,
  };
}

/** A value as Pulumi keeps a secret. */
export const isSealed = (value: unknown): value is { secure: string } =>
  typeof value === "object" && value !== null && "secure" in value && typeof value.secure === "string";

export const hasSealed = (value: unknown): boolean =>
  isSealed(value) || (typeof value === "object" && value !== null && Object.values(value).some(hasSealed));
