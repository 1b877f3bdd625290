import { existsSync } from "node:fs";
import { UserError } from "../../core/errors.ts";
import { nearest } from "../../core/nearest.ts";
import { stateKeeper } from "../engine/keeper.ts";
import { settingsFile, settingsNames } from "./names.ts";

/** The environments that there are: those with a settings file, and those of which something is recorded. */
export async function knownEnvironments(): Promise<{ settings: string[]; recorded: string[] }> {
  const [settings, recorded] = await Promise.all([settingsNames(), recordedNames()]);
  return { settings, recorded };
}

const recordedNames = async (): Promise<string[]> => (await stateKeeper()).recorded();

/** @throws {UserError} when there is no environment of that name: no settings file, and nothing recorded of it */
export async function mustExist(environment: string): Promise<void> {
  if (existsSync(settingsFile(environment))) return;
  const { settings, recorded } = await knownEnvironments();
  if (recorded.includes(environment)) return;
  const known = [...new Set([...settings, ...recorded])].sort();
  const meant = nearest(environment, known);
  throw new UserError(
    `There is no environment "${environment}": expected one of ${known.join(", ")}. ` +
      (meant ? `Did you mean "${meant}"?` : `Or write its settings: trivet init ${environment}.`),
  );
}
