import { fileSettings } from "../../stacks/settings/file.ts";
import { type Environment, readSettings, type Settings } from "../../stacks/settings.ts";
import { mustExist } from "./known.ts";
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

/** The settings of an environment where they can be read, else why not: for a command that can go by what is recorded. */
export async function trySettings(environment: string): Promise<{ settings: Settings } | { error: Error }> {
  await mustExist(environment);
  try {
    return { settings: readSettings(await opened(fileSettings(environment))).settings };
  } catch (error) {
    return { error: error as Error };
  }
}

/** For who breaks something on purpose. */
export const PERMISSION = "What may be broken there is what its last up allowed.";

/** Says on stderr that the settings can't be read, where that is so, and what the command goes by `instead`. */
export async function tellUnreadable(environment: string, instead: string): Promise<void> {
  const read = await trySettings(environment);
  if ("error" in read) console.error(unreadableText(environment, read.error, instead));
}

/** A sentence; all problems are told by a command that needs the settings. */
export function unreadableText(environment: string, { message }: Error, instead: string): string {
  const [first] = message.split("\n");
  return `warning: ${first!.replace(/[:.]$/, "")} (trivet preview ${environment} tells all). ${instead}`;
}
