import { execa } from "execa";
import { projectDir } from "../project.ts";

/** First lines of a script, and of a file that scripts source. */
const FIRST_LINE = "^(#!.*[/ ](ba|da|a)?sh( |$)|# shellcheck shell=)";

/** Paths of all shell scripts in the tree, also of new ones that git does not track yet, and of the files that they source. */
export async function shellScripts(): Promise<string[]> {
  const grep = ["grep", "--untracked", "-I", "-n", "-z", "-E", FIRST_LINE];
  const { stdout } = await execa("git", grep, { cwd: projectDir });
  return Array.from(stdout.matchAll(/^([^\0]+)\0(\d+)\0/gm))
    .filter(([, , line]) => line === "1")
    .map(([, path]) => path!);
}
