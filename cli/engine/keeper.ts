import { UserError } from "../../core/errors.ts";
import { embeddedEngine } from "./embedded.ts";
import type { Engine } from "./engine.ts";
import { backendUrl } from "./state.ts";

/**
 * The engine that reads and writes the state itself, whichever runs the program: a state in files is read by ourselves, since
 * that is quick and needs no passphrase.
 */
export async function stateKeeper(): Promise<Engine> {
  const backend = await backendUrl();
  if (backend.startsWith("file:")) return embeddedEngine;
  const { pulumiEngine, pulumiIsInstalled } = await import("./pulumi.ts");
  if (await pulumiIsInstalled()) return pulumiEngine;
  throw new UserError(
    `The state is at ${backend}, which only the Pulumi CLI reads, and there is no "pulumi" on PATH: install it, or give a folder in PULUMI_BACKEND_URL (file://…).`,
  );
}

/** The state of an environment with its secrets sealed; undefined where nothing is recorded of it. */
export const recordedState = async (environment: string) => (await stateKeeper()).exportState(environment);
