import type { Draft } from "./draft.ts";

/** Where the entry proxy listens in the lab; people come in by the port that its pod publishes on the machine. */
const labPort = 8080;

/** The port on its own host where the entry proxy listens. */
export const entryPort = (settings: Pick<Draft, "lab" | "web">): number =>
  settings.lab ? labPort : (settings.web?.port ?? labPort);
