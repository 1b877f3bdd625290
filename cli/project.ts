import { join } from "node:path";

/** The folder of Pulumi.yaml: the project that this command belongs to, wherever it is called. */
export const projectDir = join(import.meta.dirname, "..");

/** What this machine keeps for itself: state, passphrase, logs. Not in git. */
export const localDir = join(projectDir, ".trivet");
