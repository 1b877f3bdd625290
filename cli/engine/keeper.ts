import { embeddedEngine } from "./embedded.ts";
import type { Engine } from "./engine.ts";
import { pulumiEngine } from "./pulumi.ts";
import { backendUrl } from "./state.ts";

/**
 * The engine that reads and writes the state itself, whichever runs the program: a state in files is read by ourselves, since
 * that is quick and needs no passphrase.
 */
export const stateKeeper = async (): Promise<Engine> =>
  (await backendUrl()).startsWith("file:") ? embeddedEngine : pulumiEngine;

/** The state of an environment with its secrets sealed; undefined where nothing is recorded of it. */
export const recordedState = async (environment: string) => (await stateKeeper()).exportState(environment);
