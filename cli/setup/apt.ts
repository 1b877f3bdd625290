import { UserError } from "../../core/errors.ts";
import type { Say } from "../show/tasks.ts";

const env = { DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" };
// dpkg may be busy with the machine's own updates: wait for it.
const wait = ["-o", "DPkg::Lock::Timeout=120"];

/** execa takes longer to load than a set-up that finds all there takes. */
async function run(file: string, args: string[], options: { env: Record<string, string>; stdin?: "ignore" }) {
  const { execa } = await import("execa");
  return execa(file, args, options);
}

let updated = false;

/** The lists of packages, fetched once per run: a fresh machine has none. */
async function update(): Promise<void> {
  if (updated) return;
  await run("apt-get", [...wait, "update", "-q"], { env, stdin: "ignore" }).catch(refuse("apt-get update"));
  updated = true;
}

/** Debian's packages of this machine. Root only. */
export const apt = {
  async knows(name: string): Promise<boolean> {
    await update();
    const { stdout } = await run("apt-cache", ["policy", name], { env });
    return /^ {2}Candidate: (?!\(none\))/m.test(stdout);
  },

  /** @throws {UserError} with apt's own last words */
  async install(names: string[], say: Say): Promise<void> {
    say("reading the lists of packages");
    await update();
    say(`installing ${names.join(", ")}`, "lasting");
    await run("apt-get", [...wait, "install", "-y", "-q", "--no-install-recommends", ...names], {
      env,
      stdin: "ignore",
    }).catch(refuse(`apt-get install ${names.join(" ")}`));
  },

  /** Addresses of the Debian archives that this machine uses, so that what we make uses the same mirror. */
  async archives(): Promise<{ main?: string; security?: string }> {
    await update();
    const format = "$(ORIGIN)\t$(LABEL)\t$(REPO_URI)";
    const filters = ["Created-By: Packages", "Component: main"];
    const { stdout } = await run("apt-get", ["indextargets", "--format", format, ...filters], { env });
    const archive = (label: string) =>
      stdout
        .split("\n")
        .map((line) => line.split("\t"))
        .find(([origin, itsLabel]) => origin === "Debian" && itsLabel === label)?.[2]
        ?.replace(/\/$/, "");
    return { main: archive("Debian"), security: archive("Debian-Security") };
  },
};

function refuse(command: string) {
  return (error: unknown): never => {
    const { code, stderr = "" } = error as { code?: string; stderr?: string };
    if (code === "ENOENT") {
      throw new UserError(
        `This machine has no apt-get, and Docker Engine is missing. Install Docker Engine, start it, and try again.`,
      );
    }
    const words = stderr.trim().split("\n").slice(-5).join("\n  ");
    throw new UserError(
      `"${command}" failed:\n  ${words}\nA Debian mirror must be reachable; mend that and try again.`,
    );
  };
}
