import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { RootCommand } from "@bomb.sh/tab";
import type { Command } from "commander";
import type { Inventory } from "../../core/inventory.ts";
import { localDir } from "../project.ts";
import { knownEnvironments } from "./known.ts";
import { findInventory } from "./recorded.ts";

/** Gives the completions of a verb the names that are recorded, as far as they can be read: a Tab is no place to complain. */
export async function addRecorded(root: RootCommand, program: Command, words: readonly string[]): Promise<void> {
  const { verb, rest } = verbOf(program, words);
  const completed = root.commands.get(verb);
  if (!completed) return;
  const environment = rest.find((word) => !word.startsWith("-"));
  const names = await namesFor(environment).catch((): Names => ({}));
  for (const [name, argument] of completed.arguments) {
    argument.handler ??= (complete) => {
      for (const value of names[name] ?? []) complete(value, "");
    };
  }
  for (const [name, option] of completed.options) {
    if (option.isBoolean || !names[name]) continue;
    option.handler = (complete) => {
      for (const value of names[name] ?? []) complete(value, "");
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

/** By the name of an argument or option. */
type Names = Record<string, string[]>;

async function namesFor(environment: string | undefined): Promise<Names> {
  const { settings, recorded } = await knownEnvironments();
  const environments = [...new Set([...settings, ...recorded])].sort();
  if (environment === undefined || !environments.includes(environment)) return { environment: environments };
  const [inventory, runs] = await Promise.all([
    findInventory(environment).catch(() => undefined),
    readdir(join(localDir, "chaos", environment)).catch((): string[] => []),
  ]);
  return { environment: environments, run: runs, other: runs, ...(inventory && namesIn(inventory)) };
}

function namesIn({ services, hosts }: Inventory): Names {
  return {
    service: [...new Set(services.map(({ service }) => service))].sort(),
    host: hosts.map(({ name }) => name).sort(),
  };
}
