import { fileSettings } from "../../stacks/settings/file.ts";
import { type Environment, readSettings } from "../../stacks/settings.ts";
import { mustExist } from "./names.ts";
import { opened } from "./sealed.ts";

/**
 * The settings of an environment, checked as the program will check them, but before anything is made for it.
 *
 * @throws {UserError} with every problem at once
 */
export async function loadEnvironment(environment: string): Promise<Environment> {
  await mustExist(environment);
  return readSettings(await opened(fileSettings(environment)));
}
