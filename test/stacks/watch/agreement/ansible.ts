import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";

/**
 * The last Ansible that Debian 12's Python 3.11 runs. In a list of merges PyYAML 6.0.4 lets, by the length of a key's name,
 * the first or the last mapping win; before, and by YAML's own rule, it is the first.
 */
const version = "2.19.14";
const packages = [`ansible-core==${version}`, "PyYAML==6.0.3"];

/** An index that nothing leads to is given up within a minute. */
const patience = ["--timeout", "15", "--retries", "1"];

const project = join(import.meta.dirname, "../../../..");

/** What Ansible says of an inventory. */
export type Answer =
  | { hosts: Record<string, { groups: string[]; variables: Record<string, unknown> }> }
  | { refused: string };

/** Ansible's answers to inventories, each given by its sources, in that order. */
export async function askAnsible(inventories: readonly string[][]): Promise<Answer[]> {
  const python = await installAnsible();
  const { stdout } = await execa(python, [join(import.meta.dirname, "ask.py")], {
    input: inventories.map((sources) => `${JSON.stringify(sources)}\n`).join(""),
    env: { LC_ALL: "C.UTF-8", ANSIBLE_HOME: join(project, ".trivet/cache/ansible-home") },
    stderr: "ignore",
    maxBuffer: 1_000_000_000,
  });
  return stdout.split("\n").map((line) => JSON.parse(line));
}

/**
 * A Python with Ansible, in a folder of its own; installed where it is not there.
 *
 * @throws when no Python package index that pip asks has it
 */
export async function installAnsible(): Promise<string> {
  const folder = join(project, `.trivet/cache/ansible-core-${version}`);
  const python = join(folder, "bin/python");
  const whole = join(folder, "whole");
  if (existsSync(whole)) return python;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(project, ".trivet/cache"), { recursive: true });
  await execa("/usr/bin/python3", ["-m", "venv", folder]);
  await execa(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...patience, ...packages]);
  const partial = `${whole}.partial`;
  mkdirSync(partial);
  renameSync(partial, whole);
  return python;
}
