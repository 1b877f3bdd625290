import { existsSync } from "node:fs";
import { UserError } from "../../components/errors.ts";
import { apt } from "./apt.ts";
import type { Step } from "./step.ts";

const CHROMIUM = "/usr/bin/chromium";

/** The browser that the tests look at Icinga Web with. */
export const browser: Step = {
  title: "Chromium",
  async check() {
    if (existsSync(CHROMIUM)) return undefined;
    if (process.getuid?.() === 0) return "install it from the distribution";
    throw new UserError(`The tests need a browser at ${CHROMIUM}. Install it as root: apt-get install chromium`);
  },
  make: (say) => apt.install(["chromium"], say),
};
