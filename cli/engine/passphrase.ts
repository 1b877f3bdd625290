import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { UserError } from "../../core/errors.ts";
import { opens, type StoredDeployment, sealedStacks } from "../../engine/index.ts";
import { settingsFile } from "../environment/names.ts";
import { localDir, projectDir } from "../project.ts";
import { backendUrl } from "./state.ts";

/** Where this clone keeps its own passphrase. */
export const passphraseFile = join(localDir, "passphrase");

/**
 * The passphrase that encrypts the state's secrets: PULUMI_CONFIG_PASSPHRASE, or the file that
 * PULUMI_CONFIG_PASSPHRASE_FILE names, or one of this clone's own, made when it is first needed.
 *
 * @throws {UserError} when this clone's own is lost: something is encrypted, and not with a new one
 */
export async function passphrase(environment: string): Promise<string> {
  const there = await presentPassphrase();
  if (there !== undefined) return there;
  await mustNotBeLost(environment);
  await mkdir(localDir, { recursive: true });
  // Of two runs at once only one makes it, and both read it.
  await writeFile(passphraseFile, `${randomBytes(24).toString("base64url")}\n`, { mode: 0o600, flag: "wx" }).catch(
    (error) => {
      if (error.code !== "EEXIST") throw error;
    },
  );
  return (await readFile(passphraseFile, "utf8")).trim();
}

/**
 * Nothing of this clone is encrypted with a passphrase that is not there.
 *
 * @throws {UserError} with the files that a new one could not open
 */
export async function mustNotBeLost(environment: string): Promise<void> {
  if ((await presentPassphrase()) !== undefined) return;
  const sealed = await sealedWithLost(environment);
  if (sealed.length === 0) return;
  throw new UserError(
    `${passphraseFile} is not there, and ${sealed.join(", ")} ${sealed.length > 1 ? "are" : "is"} encrypted with what it held. ` +
      "Nothing was made. Put it back from your copy, or give it in PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE. " +
      "If it is lost, an environment with such a state can only be removed: trivet destroy <environment> --without-state",
  );
}

/** The passphrase where there is one; none is made. */
export async function presentPassphrase(): Promise<string | undefined> {
  const { PULUMI_CONFIG_PASSPHRASE: given, PULUMI_CONFIG_PASSPHRASE_FILE: file } = process.env;
  if (given !== undefined) return given;
  if (file) {
    const text = await readFile(file, "utf8").catch((error) => {
      throw new UserError(`PULUMI_CONFIG_PASSPHRASE_FILE names ${file}, which can't be read: ${error.message}`);
    });
    return text.trim();
  }
  const own = await readFile(passphraseFile, "utf8").catch((error) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  return own?.trim();
}

/** Where this clone's passphrase is: a file, or the name of the variable that holds it. */
export function passphraseSource(): string {
  const { PULUMI_CONFIG_PASSPHRASE: given, PULUMI_CONFIG_PASSPHRASE_FILE: file } = process.env;
  return given !== undefined ? "PULUMI_CONFIG_PASSPHRASE" : file ? resolve(file) : passphraseFile;
}

/** Why the secrets of a state can't be read; undefined when they can. */
export async function whySealed(state: StoredDeployment): Promise<string | undefined> {
  const there = await presentPassphrase();
  if (there !== undefined && (await opens(state, there))) return undefined;
  const source = passphraseSource();
  return there === undefined
    ? `${source} is not there`
    : `${source} holds another passphrase than it is encrypted with`;
}

/** The files that a new passphrase could not open. */
async function sealedWithLost(environment: string): Promise<string[]> {
  const backend = await backendUrl();
  const states = backend.startsWith("file:") ? await sealedStacks({ projectDir, backend }) : [];
  const settings = await readFile(settingsFile(environment), "utf8").catch(() => "");
  // Also in a file that is broken elsewhere.
  const sealed = /^encryptionsalt:/m.test(settings);
  return sealed ? [...states, settingsFile(environment)] : states;
}
