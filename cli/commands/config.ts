import { readFile, stat } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import { parse } from "yaml";
import { Failure, UserError } from "../../core/errors.ts";
import { type Problem, ProblemsError, pathText, report } from "../../core/problem.ts";
import { replaceFile } from "../../core/replaceFile.ts";
import { Crypter, exportState } from "../../engine/index.ts";
import { getIn, removeIn, setIn } from "../../stacks/settings/edit.ts";
import { type FileSettings, hasSealed, isSealed, namespace, settingsOf } from "../../stacks/settings/file.ts";
import { secretProblem } from "../../stacks/settings/rules/secrets.ts";
import { type SecretName, secretNames } from "../../stacks/settings/secrets.ts";
import { readSettings } from "../../stacks/settings.ts";
import { passphrase } from "../engine/passphrase.ts";
import { backendUrl } from "../engine/state.ts";
import { mustExist } from "../environment/known.ts";
import { settingsFile } from "../environment/names.ts";
import { settingPath } from "../environment/path.ts";
import { opened } from "../environment/sealed.ts";
import { projectDir } from "../project.ts";
import { table } from "../show/table.ts";

type SettingPath = ReturnType<typeof settingPath>;

/** Sets one setting in the file of an environment, checked before it is written. A secret is encrypted as the Pulumi CLI does. */
export async function configSet(
  environment: string,
  pathGiven: string,
  valueGiven: string | undefined,
  { secret = false }: { secret?: boolean },
): Promise<void> {
  await mustExist(environment);
  const path = settingPath(pathGiven);
  const [name] = path;
  const named = pathText(path);
  if (name in secretNames && !secret) throw new UserError(`${named} is a secret: add --secret, which encrypts it.`);
  const text = valueGiven ?? (await askValue(named, secret));
  const file = settingsFile(environment);
  const before = await readFile(file, "utf8");
  const { after, left } = secret
    ? await withSecret(file, before, path, text, (salt) => openCrypter(environment, salt))
    : await withValue(file, before, path, text);
  await write(file, after);
  console.log(`${named} is set in ${file}${secret ? ", encrypted" : ""}.`);
  tellUse(environment, name, settingsOf(file, after), left);
}

/** Prints one setting as the file has it; a secret only when it is asked for. */
export async function configGet(
  environment: string,
  pathGiven: string,
  { showSecrets = false }: { showSecrets?: boolean },
): Promise<void> {
  const path = settingPath(pathGiven);
  const { values } = await read(environment, showSecrets);
  let value: unknown = values;
  for (const part of path) value = (value as Record<string | number, unknown> | undefined)?.[part];
  if (value === undefined || value === null) {
    throw new UserError(
      `${pathText(path)} is not set in ${settingsFile(environment)}: its default holds, if it has one.`,
    );
  }
  console.log(typeof value === "object" ? JSON.stringify(value, null, 2) : String(value));
}

/** Takes one setting out of the file. */
export async function configRemove(environment: string, pathGiven: string): Promise<void> {
  await mustExist(environment);
  const path = settingPath(pathGiven);
  const named = pathText(path);
  const file = settingsFile(environment);
  const before = await readFile(file, "utf8");
  const { after, left } = await without(file, before, path);
  await write(file, after);
  console.log(`${named} is removed from ${file}.`);
  tellUse(environment, undefined, settingsOf(file, after), left);
}

/** Lists what the file sets. */
export async function configList(
  environment: string,
  { json = false, showSecrets = false }: { json?: boolean; showSecrets?: boolean },
): Promise<void> {
  const { values } = await read(environment, showSecrets);
  if (json) {
    console.log(JSON.stringify(values, null, 2));
    return;
  }
  const rows = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === "object" ? JSON.stringify(value) : String(value),
  ]);
  console.log(rows.length > 0 ? table(["NAME", "VALUE"], rows) : `Nothing is set in ${settingsFile(environment)}.`);
}

/** The settings of the file, secrets in clear or as `[secret]`. */
async function read(environment: string, showSecrets: boolean): Promise<FileSettings> {
  await mustExist(environment);
  const file = settingsFile(environment);
  const settings = settingsOf(file, await readFile(file, "utf8"));
  if (!showSecrets) return { ...settings, values: masked(settings.values) as Record<string, unknown> };
  const clear = await opened(settings);
  if (hasSealed(clear.values))
    throw new UserError(`The secrets of ${file} can't be opened: its passphrase is not here.`);
  return clear;
}

function masked(value: unknown): unknown {
  if (isSealed(value)) return "[secret]";
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, masked(item)]));
}

/** The text of a settings file after a change, and the problems that it still has. */
export interface Change {
  after: string;
  left: readonly Problem[];
}

/** @throws {UserError} when the value is no YAML, or the settings would be worse */
export async function withValue(file: string, before: string, path: SettingPath, text: string): Promise<Change> {
  const value = plainValue(text, pathText(path));
  return mustNotBeWorse(file, before, setIn(before, keyOf(path), value), path);
}

/**
 * @param open opens the secrets that are encrypted with a salt, or begins with a new one
 * @throws {UserError} when it can't be this secret, or the settings would be worse
 */
export async function withSecret(
  file: string,
  before: string,
  path: SettingPath,
  text: string,
  open: (salt: string | undefined) => Promise<Crypter>,
): Promise<Change> {
  const [name] = path;
  if (name in secretNames) mustBeRight(name as SecretName, text);
  const crypter = await open(settingsOf(file, before).salt);
  const sealed = setIn(before, keyOf(path), { secure: await crypter.encrypt(text, pathText(path)) });
  return mustNotBeWorse(file, before, setIn(sealed, ["encryptionsalt"], crypter.salt), path);
}

/** @throws {UserError} when it is not set, or the settings would be worse */
export async function without(file: string, before: string, path: SettingPath): Promise<Change> {
  if (getIn(before, keyOf(path)) === undefined) {
    throw new UserError(`${pathText(path)} is not set in ${file}: there is nothing to remove.`);
  }
  return mustNotBeWorse(file, before, removeIn(before, keyOf(path)), path);
}

/** Where a setting is in the file: the first name stands behind the prefix. */
const keyOf = ([name, ...below]: SettingPath): (string | number)[] => ["config", `${namespace}${name}`, ...below];

/** From a pipe, or asked for; a secret is not shown as it is typed. */
async function askValue(named: string, secret: boolean): Promise<string> {
  if (!process.stdin.isTTY) return (await readAll(process.stdin)).replace(/\r?\n$/, "");
  if (!secret) throw new UserError(`There is no value for ${named}: give it behind the name, or by a pipe.`);
  const { default: ask } = await import("@inquirer/password");
  const typed = await ask({ message: `${named} (it is not shown):` }).catch(() => undefined);
  if (typed === undefined) throw new UserError("Nothing was done.");
  const again = await ask({ message: "Once more:" }).catch(() => undefined);
  if (again !== typed) throw new UserError("The two are not the same: nothing was done.");
  return typed;
}

/** As it would be read from the file: `true`, `3` and `[a, b]` are no texts. */
function plainValue(text: string, named: string): unknown {
  try {
    return parse(text);
  } catch {
    throw new UserError(`The value of ${named} is no YAML. Put a text in quotes that has such characters in it.`);
  }
}

function mustBeRight(name: SecretName, text: string): void {
  const expected = secretProblem(name, text);
  if (expected) throw new UserError(`${name} can't be this secret: expected ${expected}. Nothing was written.`);
}

/** With which the state's secrets are encrypted, so that the file's are, too; undefined where there is none yet. */
async function stateSalt(environment: string): Promise<string | undefined> {
  const backend = await backendUrl();
  if (!backend.startsWith("file:")) return undefined;
  const state = await exportState({ projectDir, stack: environment, backend });
  return state?.secrets_providers?.state?.salt;
}

async function openCrypter(environment: string, saltOfFile: string | undefined): Promise<Crypter> {
  const given = await passphrase(environment);
  const salt = saltOfFile ?? (await stateSalt(environment));
  const crypter = salt ? Crypter.open(given, salt) : await Crypter.create(given);
  await crypter.verify();
  return crypter;
}

/** A change may leave problems that were there, and secrets that are still to be set; it may not bring new ones. */
async function mustNotBeWorse(file: string, before: string, after: string, path: SettingPath): Promise<Change> {
  const known = new Set((await problemsOf(file, before)).map(keyOfProblem));
  const left = await problemsOf(file, after);
  const fresh = left.filter((problem) => !known.has(keyOfProblem(problem)) && !(problem.where in secretNames));
  if (fresh.length === 0) return { after, left };
  throw new UserError(
    `${report(`${pathText(path)} can't be so`, fresh)}\n\nNothing was written. Where several settings have to change together, change them in ${file}.`,
  );
}

const keyOfProblem = ({ where, given, expected }: Problem): string => JSON.stringify([where, given, expected]);

async function problemsOf(file: string, text: string): Promise<readonly Problem[]> {
  const settings = await opened(settingsOf(file, text));
  try {
    readSettings(settings);
    return [];
  } catch (error) {
    if (error instanceof ProblemsError) return error.problems;
    throw error;
  }
}

async function write(file: string, text: string): Promise<void> {
  const { mode } = await stat(file);
  await replaceFile(file, text, mode & 0o777).catch((error) => {
    throw new Failure(`${file} can't be written, and is as it was: ${error.message}`);
  });
}

/** What the change is worth by itself, and what is still to be done. */
function tellUse(
  environment: string,
  name: string | undefined,
  { values }: FileSettings,
  left: readonly Problem[],
): void {
  if (name !== undefined && name in secretNames && values.secrets !== "configured") {
    console.error(`It is used once the settings say so: trivet config set ${environment} secrets configured`);
    return;
  }
  if (left.length > 0) console.error(`\n${report("Still to be mended", left)}`);
}
