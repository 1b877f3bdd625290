import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { projectDir } from "../project.ts";

const folder = join(projectDir, "stacks");

/** The settings file of an environment, whether it is there or not. */
export const settingsFile = (environment: string) => join(folder, `Pulumi.${environment}.yaml`);

/** The environments with a settings file. */
export async function settingsNames(): Promise<string[]> {
  const files = await readdir(folder).catch((): string[] => []);
  return files.flatMap((file) => /^Pulumi\.([^.]+)\.yaml$/.exec(file)?.[1] ?? []).sort();
}
