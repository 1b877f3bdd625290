import { UserError } from "../../core/errors.ts";
import { recordedState } from "../engine/keeper.ts";
import { LOCAL } from "../setup/docker.ts";
import { findInventory } from "./inventory.ts";
import type { Whereabouts } from "./owner/copy.ts";
import { recordOf } from "./owner/judge.ts";
import { trySettings, unreadableText } from "./settings.ts";

/**
 * Where an environment is: by its settings, or, where those can't be read, by what is recorded of it, which is said on stderr.
 *
 * @throws {UserError} when neither tells
 */
export async function whereabouts(environment: string): Promise<Whereabouts> {
  const read = await trySettings(environment);
  if ("settings" in read) return read.settings;
  const recorded = await recordedWhereabouts(environment);
  if (!recorded) {
    throw new UserError(
      `${read.error.message}\n\nNothing is recorded of "${environment}", so that only its settings tell where it is. Nothing was done.`,
    );
  }
  console.error(unreadableText(environment, read.error, "Its hosts are those that are recorded."));
  return recorded;
}

async function recordedWhereabouts(environment: string): Promise<Whereabouts | undefined> {
  const inventory = await findInventory(environment);
  if (inventory) return inventory;
  // Of a first run that did not end.
  const { objects } = recordOf(await recordedState(environment));
  const endpoints = [...new Set(objects.map(({ endpoint = LOCAL }) => endpoint))];
  return endpoints.length > 0 ? { hosts: endpoints.map((endpoint) => ({ roles: ["database"], endpoint })) } : undefined;
}
