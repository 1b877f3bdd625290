import { glob } from "node:fs/promises";
import { UserError } from "../../components/errors.ts";
import { apt } from "./apt.ts";
import type { Step } from "./step.ts";

const LIBRARY = "/usr/lib/*/faketime/libfaketimeMT.so.1";

/** The library by which the tests set the clock of a script. */
export const faketime: Step = {
  title: "libfaketime",
  async check() {
    for await (const _ of glob(LIBRARY)) return undefined;
    if (process.getuid?.() === 0) return "install it from the distribution";
    throw new UserError(`The tests need the library ${LIBRARY}. Install it as root: apt-get install libfaketime`);
  },
  make: (say) => apt.install(["libfaketime"], say),
};
