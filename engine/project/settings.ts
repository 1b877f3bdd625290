import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseSettings } from "../../core/settingsYaml.ts";
import { UnsupportedError } from "../errors.ts";
import type { Crypter } from "../state/secrets.ts";
import type { Project } from "./project.ts";

/** A stack's settings file, `Pulumi.<stack>.yaml`. */
export interface StackSettings {
  config: Record<string, unknown>;
  /** The salt with which its `secure:` values are encrypted. */
  salt?: string;
}

/** Configuration as a program gets it: text by namespaced key (`trivet:site`), structured values as JSON. */
export interface Config {
  values: Record<string, string>;
  secretKeys: string[];
}

interface SettingsFile {
  config?: Record<string, unknown>;
  encryptionsalt?: string;
  secretsprovider?: string;
  encryptedkey?: string;
  environment?: unknown;
}

/** The settings of a stack; one without a file has none. */
export async function readSettings(project: Project, stack: string): Promise<StackSettings> {
  const path = join(project.stackConfigDir, `Pulumi.${stack}.yaml`);
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  const file = parseSettings(path, text) as SettingsFile;
  const secretsProvider = file.secretsprovider ?? (file.encryptedkey ? "a cloud key" : "passphrase");
  if (secretsProvider !== "passphrase")
    throw new UnsupportedError(`The secrets provider "${secretsProvider}" (${path})`);
  if (file.environment) throw new UnsupportedError(`"environment" (${path})`);
  return { config: file.config ?? {}, salt: file.encryptionsalt };
}

/** Puts the project's and the stack's values together, the stack's first, and decrypts what is `secure:`. */
export async function resolveConfig(project: Project, settings: StackSettings, crypter: Crypter): Promise<Config> {
  const config: Config = { values: {}, secretKeys: [] };
  const given = { ...defaultsOf(project), ...namespaced(project, settings.config) };
  for (const [key, value] of Object.entries(given)) {
    if (hasSecure(value)) config.secretKeys.push(key);
    config.values[key] = asText(await decrypted(value, crypter));
  }
  return config;
}

function namespaced(project: Project, config: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key.includes(":") ? key : `${project.name}:${key}`, value]),
  );
}

/** In `Pulumi.yaml` a key has a plain value, or a declaration with a `value` or a `default`. */
function defaultsOf(project: Project): Record<string, unknown> {
  const values = Object.entries(project.config).map(([key, declared]) => {
    if (!isMap(declared)) return [key, declared];
    return [key, declared.value ?? declared.default];
  });
  return namespaced(project, Object.fromEntries(values.filter(([, value]) => value !== undefined && value !== null)));
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

const isSecure = (value: unknown): value is { secure: string } =>
  isMap(value) && typeof value.secure === "string" && Object.keys(value).length === 1;

function hasSecure(value: unknown): boolean {
  if (isSecure(value)) return true;
  return value !== null && typeof value === "object" && Object.values(value).some(hasSecure);
}

async function decrypted(value: unknown, crypter: Crypter): Promise<unknown> {
  if (isSecure(value)) return crypter.decrypt(value.secure);
  if (Array.isArray(value)) return Promise.all(value.map((item) => decrypted(item, crypter)));
  if (!isMap(value)) return value;
  const entries = Object.keys(value)
    .sort()
    .map(async (key): Promise<[string, unknown]> => [key, await decrypted(value[key], crypter)]);
  return Object.fromEntries(await Promise.all(entries));
}

/** Letter for letter what Go's encoder writes: the text becomes an input of the dynamic provider and is compared. */
function asText(value: unknown): string {
  if (value === null) return "";
  if (typeof value !== "object") return String(value);
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
