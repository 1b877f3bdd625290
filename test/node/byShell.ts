import { execa } from "execa";

/** What a script of an image prints of each situation, and with which arguments. One shell calls it for all: a process of its own each time. */
export async function byShell(
  program: string,
  situations: readonly (readonly string[])[],
  args: readonly string[] = [],
): Promise<string[]> {
  const calls = situations.map(
    (lines, at) => `'${program}' ${args[at] ?? ""} <<'END'\n${lines.join("\n")}\nEND\necho ---\n`,
  );
  const { stdout } = await execa("bash", ["-s"], { input: calls.join("") });
  return stdout
    .split(/^---$/m)
    .slice(0, -1)
    .map((text) => text.trim());
}
