import * as embedded from "../../engine/index.ts";
import { projectDir } from "../project.ts";
import type { Engine, Run } from "./engine.ts";
import { backendUrl, passphrase } from "./state.ts";

export const embeddedEngine: Engine = {
  name: "embedded",
  title: "the embedded engine",
  up: async (run) => embedded.up(await options(run)),
  preview: async (run) => embedded.preview(await options(run)),
  refresh: async (run) => embedded.refresh(await options(run)),
  destroy: async (run) => embedded.destroy(await options(run)),
  outputs: async (environment, showSecrets) => embedded.outputs({ ...(await options({ environment })), showSecrets }),
};

const options = async ({ environment, onEvent, signal }: Run): Promise<embedded.Options> => ({
  projectDir,
  stack: environment,
  backend: await backendUrl(),
  passphrase: await passphrase(),
  onEvent,
  signal,
});
