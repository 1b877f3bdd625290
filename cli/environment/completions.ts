import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { RootCommand } from "@bomb.sh/tab";
import type { Command } from "commander";
import type { Inventory } from "../../core/inventory.ts";
import { localDir } from "../project.ts";
import { knownEnvironments } from "./known.ts";
import { findInventory } from "./recorded.ts";

/** What may be typed, by the name of the argument or option that it is typed for. */
export type Names = Partial<Record<"environment" | "service" | "host" | "run" | "other", string[]>>;

/** Completes the words of a line by the names that there are, for the environment that it names, if it does yet. */
export async function completeNames(
  root: RootCommand,
  program: Command,
  words: readonly string[],
  namesFor = namesThere,
): Promise<void> {
  const { verb, rest } = verbOf(program, words);
  const completed = root.commands.get(verb);
  if (!completed) return;
  const names = await namesFor(rest.find((word) => !word.startsWith("-")));
  for (const [name, taken] of [...completed.arguments, ...completed.options]) {
    const values = names[name as keyof Names];
    if (!values || ("isBoolean" in taken && taken.isBoolean)) continue;
    taken.handler = (complete: (value: string, description: string) => void) => {
      for (const value of values) complete(value, "");
    };
  }
}

/** `bench up` is one verb of two words. */
function verbOf(program: Command, words: readonly string[]): { verb: string; rest: readonly string[] } {
  const path: string[] = [];
  let at: Command | undefined = program;
  for (const word of words) {
    at = at.commands.find((command) => command.name() === word);
    if (!at) break;
    path.push(word);
  }
  return { verb: path.join(" "), rest: words.slice(path.length) };
}

/** As far as they can be read: a Tab is no place to complain. */
async function namesThere(environment: string | undefined): Promise<Names> {
  const { settings, recorded } = await knownEnvironments().catch(() => ({ settings: [], recorded: [] }));
  const environments = [...new Set([...settings, ...recorded])].sort();
  if (environment === undefined || !environments.includes(environment)) return { environment: environments };
  const [inventory, runs] = await Promise.all([
    findInventory(environment).catch(() => undefined),
    readdir(join(localDir, "chaos", environment)).catch((): string[] => []),
  ]);
  return { environment: environments, run: runs, other: runs, ...(inventory && namesIn(inventory)) };
}

const namesIn = ({ services, hosts }: Inventory): Names => ({
  service: [...new Set(services.map(({ service }) => service))].sort(),
  host: hosts.map(({ name }) => name).sort(),
});
