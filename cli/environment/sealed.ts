import { UserError } from "../../core/errors.ts";
import { Crypter } from "../../engine/index.ts";
import { type FileSettings, hasSealed, isSealed } from "../../stacks/settings/file.ts";
import { secretNames } from "../../stacks/settings/secrets.ts";
import { structured } from "../../stacks/settings/structured.ts";
import { passphraseSource, presentPassphrase } from "../engine/passphrase.ts";

/**
 * The settings with their secrets opened, as the program will see them. Where the passphrase is not there, passwords and keys stay
 * sealed: what they are is not known then.
 *
 * @throws {UserError} when a setting that is needed to go on can't be opened
 */
export async function opened(settings: FileSettings): Promise<FileSettings> {
  if (settings.secrets.size === 0) return settings;
  const crypter = await crypterOf(settings);
  if (crypter) {
    const values = await Promise.all(
      Object.entries(settings.values).map(async ([name, value]): Promise<[string, unknown]> => {
        if (isSealed(value)) return [name, structured(name, await crypter.decrypt(value.secure))];
        return [name, hasSealed(value) ? await within(value, crypter) : value];
      }),
    );
    return { ...settings, values: Object.fromEntries(values) };
  }
  const needed = [...settings.secrets].filter((name) => !(name in secretNames));
  if (needed.length === 0) return settings;
  throw new UserError(
    `${settings.file} has ${needed.join(", ")} encrypted, and ${passphraseSource()} does not open it. Put the right passphrase there, or give it in ` +
      "PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE.",
  );
}

/** What opens the secrets of a file; undefined where the passphrase is not there, or another one. */
async function crypterOf({ salt }: FileSettings): Promise<Crypter | undefined> {
  const passphrase = await presentPassphrase();
  if (passphrase === undefined || salt === undefined) return undefined;
  const crypter = Crypter.open(passphrase, salt);
  return crypter.verify().then(
    () => crypter,
    () => undefined,
  );
}

async function within(value: unknown, crypter: Crypter): Promise<unknown> {
  if (isSealed(value)) return crypter.decrypt(value.secure);
  if (Array.isArray(value)) return Promise.all(value.map((item) => within(item, crypter)));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(
    async ([key, item]): Promise<[string, unknown]> => [key, await within(item, crypter)],
  );
  return Object.fromEntries(await Promise.all(entries));
}
