import { apt } from "./apt.ts";
import { daemon } from "./daemon.ts";
import { daemonAnswers } from "./docker.ts";
import { engineIsInstalled } from "./programs.ts";
import type { Step } from "./step.ts";

/**
 * Docker Engine from the distribution: where a Debian mirror answers, this needs nothing else. A machine where something else
 * serves Docker's socket (rootless, a desktop's) is left as it is.
 */
export const engine: Step = {
  title: "Docker Engine",
  async check() {
    return (await engineIsInstalled()) || (await daemonAnswers()) ? undefined : "install it from the distribution";
  },
  async make(say) {
    // From Debian 13 on, the client is a package of its own.
    const client = (await apt.knows("docker-cli")) ? ["docker-cli"] : [];
    await apt.install(["docker.io", ...client], say);
    if (await daemon.check()) await daemon.make?.(say);
  },
};
