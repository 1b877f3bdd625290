import { statSync } from "node:fs";
import { dirname } from "node:path";
import type { Problem } from "../../../core/problem.ts";
import { reading } from "../reading.ts";
import { type AnsibleHost, Inventory, resolve } from "./inventory.ts";
import { readSource } from "./source.ts";
import { VarsFolders } from "./vars-folders.ts";

/**
 * Reads Ansible inventories, files or folders, which together are one, as with several `-i` of Ansible's; with them the
 * variables that lie beside each.
 *
 * @param sources as the settings name them (`watch.ansible`)
 * @param folder where relative paths start
 * @param notes is told of files of variables that are left out, a sentence each
 */
export function readInventory(
  sources: readonly (string | undefined)[],
  folder: string,
  problems: Problem[],
  notes: string[] = [],
): AnsibleHost[] {
  const inventory = new Inventory();
  const folders: VarsFolders[] = [];
  const known = new Map<string, VarsFolders>();
  for (const [index, file] of sources.entries()) {
    if (file === undefined) continue;
    reading(file, folder, problems, `watch.ansible[${index}]`, (path) => {
      readSource(inventory, file, path, problems);
      const isFolder = statSync(path).isDirectory();
      const beside = isFolder ? path : dirname(path);
      const vars = known.get(beside) ?? new VarsFolders(isFolder ? file : dirname(file), beside, problems, notes);
      known.set(beside, vars);
      // Of equal variables those beside the last one count.
      folders.push(vars);
    });
  }
  return resolve(inventory, folders);
}
