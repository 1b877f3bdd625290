import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../core/errors.ts";
import { nearest } from "../../core/nearest.ts";
import { projectDir } from "../project.ts";

const folder = join(projectDir, "stacks");

/** The settings file of an environment, whether it is there or not. */
export const settingsFile = (environment: string) => join(folder, `Pulumi.${environment}.yaml`);

/** @throws {UserError} when there is no environment of that name */
export async function mustExist(environment: string): Promise<void> {
  if (existsSync(settingsFile(environment))) return;
  const files = await readdir(folder);
  const known = files.flatMap((file) => /^Pulumi\.([^.]+)\.yaml$/.exec(file)?.[1] ?? []).sort();
  const meant = nearest(environment, known);
  throw new UserError(
    `There is no environment "${environment}": expected one of ${known.join(", ")}. ` +
      (meant ? `Did you mean "${meant}"?` : `Or write its settings: trivet init ${environment}.`),
  );
}
