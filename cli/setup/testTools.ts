import { glob } from "node:fs/promises";
import { UserError } from "../../core/errors.ts";
import { apt } from "./apt.ts";
import type { Step } from "./step.ts";

/** A program or library that tests use, by the Debian package that brings it. */
interface Tool {
  package: string;
  /** The file by which it is found: a path, in which `*` stands for any one name. */
  file: string;
}

const unitTools: Tool[] = [
  // Look at the shell scripts.
  { package: "shellcheck", file: "/usr/bin/shellcheck" },
  { package: "shfmt", file: "/usr/bin/shfmt" },
  // Sets the clock of the scripts under test.
  { package: "libfaketime", file: "/usr/lib/*/faketime/libfaketimeMT.so.1" },
  // Runs the notifier and the receiver as their images do.
  { package: "python3", file: "/usr/bin/python3" },
  // Makes the Python that Ansible is installed into, with which the readers of inventories are compared.
  { package: "python3-venv", file: "/usr/lib/python3.*/ensurepip/__init__.py" },
  // The way to a remote Docker daemon. Only the client: a server of the tests' own answers it.
  { package: "openssh-client", file: "/usr/bin/ssh" },
];

const browserTool: Tool = { package: "chromium", file: "/usr/bin/chromium" };

/** Tools of the unit tests, and of the checks of style. */
export const testTools = toolsStep("Tools of the tests", unitTools);

/** The browser that the end-to-end tests look at Icinga Web with. */
export const browser = toolsStep("Chromium", [browserTool]);

function toolsStep(title: string, tools: Tool[]): Step {
  const missing = async () => {
    const found = await Promise.all(tools.map(({ file }) => isThere(file)));
    return tools.filter((_, index) => !found[index]).map((tool) => tool.package);
  };
  return {
    title,
    async check() {
      const packages = await missing();
      if (packages.length === 0) return undefined;
      if (process.getuid?.() === 0) return `install ${packages.join(", ")}`;
      throw new UserError(
        `The tests need ${packages.join(", ")}, which this machine does not have. Install it as root: apt-get install ${packages.join(" ")}`,
      );
    },
    make: async (say) => apt.install(await missing(), say),
  };
}

async function isThere(file: string): Promise<boolean> {
  for await (const _ of glob(file)) return true;
  return false;
}
