import { access, constants } from "node:fs/promises";
import { UserError } from "../../core/errors.ts";
import { SOCKET } from "./docker.ts";
import { engineIsInstalled } from "./programs.ts";
import type { Step } from "./step.ts";

/** Root installs and starts Docker; once it runs, whoever may talk to it is enough. */
export const rights: Step = {
  title: "Rights",
  async check() {
    if (process.getuid?.() === 0) return undefined;
    const mayUse = await access(SOCKET, constants.R_OK | constants.W_OK).then(
      () => true,
      (error) => (error.code === "ENOENT" ? undefined : false),
    );
    if (mayUse) return undefined;
    const user = process.env.USER ?? `user ${process.getuid?.()}`;
    if (mayUse === false) {
      throw new UserError(
        `${user} may not use Docker (${SOCKET}). Run this as root, or join the group: "sudo usermod -aG docker ${user}", and log in again.`,
      );
    }
    const missing = (await engineIsInstalled()) ? "Docker is not running" : "Docker Engine is not installed";
    throw new UserError(`${missing}, and only root can change that; this is ${user}. Run "sudo npm start" once.`);
  },
};
