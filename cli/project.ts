import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The folder of Pulumi.yaml: the project that this command belongs to, wherever it is called. */
export const projectDir = join(import.meta.dirname, "..");

/** What this machine keeps for itself: state, passphrase, logs. Not in git. */
export const localDir = join(projectDir, ".trivet");

/** The version of package.json. */
export const version = (): string => JSON.parse(readFileSync(join(projectDir, "package.json"), "utf8")).version;

/** The commit that the project stands at; undefined where there is no git. */
export async function commitOf(): Promise<string | undefined> {
  const { execa } = await import("execa");
  const { exitCode, stdout } = await execa("git", ["rev-parse", "--short", "HEAD"], { cwd: projectDir, reject: false });
  return exitCode === 0 ? stdout : undefined;
}
