import { UserError } from "../../core/errors.ts";
import { nearest } from "../../core/nearest.ts";
import { namespace } from "../../stacks/settings/file.ts";
import { settingsSchema } from "../../stacks/settings/schema.ts";
import { secretNames } from "../../stacks/settings/secrets.ts";

/** Names of settings and secrets. */
export const settingNames: readonly string[] = [...Object.keys(settingsSchema.shape), ...Object.keys(secretNames)];

/**
 * The parts of a path as problems of settings name it: `hosts[2].address`; with Pulumi's prefix, too.
 *
 * @throws {UserError} when it has another form, or no setting has its first name
 */
export function settingPath(text: string): [string, ...(string | number)[]] {
  const given = text.startsWith(namespace) ? text.slice(namespace.length) : text;
  if (!/^[\w-]+(\.[\w-]+|\[\d{1,4}\])*$/.test(given)) {
    throw new UserError(
      `"${text}" is no path of a setting: expected one such as "database.cluster" or "hosts[2].address".`,
    );
  }
  const [name, ...below] = [...given.matchAll(/[\w-]+/g)].map(([part], index) =>
    index > 0 && /^\d+$/.test(part) ? Number(part) : part,
  );
  if (!settingNames.includes(String(name))) {
    const meant = nearest(String(name), settingNames);
    throw new UserError(
      `There is no setting "${name}": expected one of ${settingNames.join(", ")}.${meant ? ` Did you mean "${meant}"?` : ""}`,
    );
  }
  return [String(name), ...below];
}
