import * as embedded from "../../engine/index.ts";
import { projectDir } from "../project.ts";
import type { Engine, Run } from "./engine.ts";
import { passphrase } from "./passphrase.ts";
import { backendUrl } from "./state.ts";

export const embeddedEngine: Engine = {
  name: "embedded",
  title: "the embedded engine",
  up: async (run, targets) => embedded.up({ ...(await options(run)), targets }),
  preview: async (run) => embedded.preview(await options(run)),
  refresh: async (run, targets) => embedded.refresh({ ...(await options(run)), targets }),
  drift: async (run) => embedded.drift(await options(run)),
  destroy: async (run) => embedded.destroy(await options(run)),
  outputs: async (environment, showSecrets) =>
    embedded.outputs({
      ...(await place(environment)),
      // What is no secret can be read without it.
      passphrase: showSecrets ? await passphrase(environment) : "",
      showSecrets,
    }),
  recorded: async () => embedded.recordedStacks({ projectDir, backend: await backendUrl() }),
  exportState: async (environment) => embedded.exportState(await place(environment)),
  importState: async (environment, state) => embedded.importState(await place(environment), state),
};

const place = async (environment: string) => ({ projectDir, stack: environment, backend: await backendUrl() });

const options = async ({ environment, config, onEvent, signal }: Run): Promise<embedded.Options> => ({
  ...(await place(environment)),
  passphrase: await passphrase(environment),
  config,
  onEvent,
  signal,
});
