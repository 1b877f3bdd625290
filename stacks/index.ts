import * as pulumi from "@pulumi/pulumi";
import { UserError } from "../core/errors.ts";
import type { InventoryOutput } from "../core/inventory.ts";
import { pulumiSecrets, pulumiSettings, runWishes } from "./config.ts";
import { createEnvironment } from "./program.ts";
import { readSettings } from "./settings.ts";

/** All that status, checks and day-2 commands know of this environment. */
export const inventory: InventoryOutput = forUsers(() => {
  const environment = readSettings(pulumiSettings());
  for (const note of environment.notes) void pulumi.log.warn(note);
  return createEnvironment(pulumi.getStack(), environment, pulumiSecrets(environment.settings), runWishes());
});

/** A user's mistake is told by its message alone; a stack trace would bury it. */
function forUsers<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof UserError ? new pulumi.RunError(error.message) : error;
  }
}
