import { accessSync, constants, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import type { Problem } from "../../../core/problem.ts";
import { placeText } from "../place.ts";
import { parseYaml, type YamlFile } from "../yaml.ts";
import { readIni } from "./ini.ts";
import type { Inventory } from "./inventory.ts";
import { isListing, readListing } from "./list.ts";
import { readYaml } from "./yaml.ts";

/** What Ansible (2.19) leaves out of a folder that is an inventory. */
const ignored =
  /^\.|^(?:host_vars|group_vars|vars_plugins)$|(?:\.pyc|\.pyo|\.swp|\.bak|~|\.rpm|\.md|\.txt|\.rst|\.orig|\.cfg|\.retry)$/;

/**
 * Reads a file, or all files of a folder in the order of their names, into what earlier ones gave.
 *
 * @param file as the settings name it, and so as messages do
 * @param path where it is
 * @throws what the file system says of a file that can't be read
 */
export function readSource(inventory: Inventory, file: string, path: string, problems: Problem[]): void {
  readEntry(inventory, file, path, problems, new Set());
}

function readEntry(inventory: Inventory, file: string, path: string, problems: Problem[], above: Set<string>): void {
  if (!statSync(path).isDirectory()) {
    readFile(inventory, file, path, problems);
    return;
  }
  const real = realpathSync(path);
  // A link to a folder above would go round for ever.
  if (above.has(real)) return;
  for (const name of readdirSync(path).sort()) {
    if (ignored.test(name)) continue;
    try {
      readEntry(inventory, join(file, name), join(path, name), problems, new Set([...above, real]));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      problems.push(unreadable(join(file, name), code));
    }
  }
}

/** The problem of a file that is there by name, and can't be read: a link to nothing, mostly. */
export const unreadable = (where: string, code: string): Problem => ({
  where,
  given: code === "ENOENT" ? "a link to nothing" : `what can't be read (${code})`,
  expected: "a file that can be read",
  mend: code === "ENOENT" ? "correct the link, or remove it" : "correct it, or remove it",
});

function readFile(inventory: Inventory, file: string, path: string, problems: Problem[]): void {
  const text = readFileSync(path, "utf8");
  const given = cantKnow(path, text);
  const refuse = (what: string) => {
    problems.push({
      where: file,
      given: what,
      expected: "hosts as INI or YAML: Trivet does not run Ansible",
      mend: wayOut(file),
    });
  };
  if (given) {
    refuse(given);
    return;
  }
  const found: Problem[] = [];
  const yaml = parseYaml(file, text, "ansible", found);
  const entries = yaml.readable ? yaml.entries(yaml.root) : undefined;
  const isMapping = entries !== undefined && entries.length > 0;
  const yamlEnding = ["", ".yml", ".yaml", ".json"].includes(extname(path));
  const plugin = entries?.find(({ key }) => key === "plugin");
  if (plugin && typeof yaml.plain(plugin.value) === "string") {
    refuse(`the settings of the inventory plug-in ${yaml.plain(plugin.value)}`);
  } else if (yamlEnding ? isMapping || looksLikeYaml(text) : isMapping && looksLikeYaml(text)) {
    problems.push(...found);
    if (!yamlEnding) problems.push(wrongEnding(file, yaml));
    else if (isMapping) (isListing(yaml) ? readListing : readYaml)(inventory, yaml, problems);
  } else {
    const before = problems.length;
    readIni(inventory, file, text, problems);
    // A script that can't be run at present is no inventory with a hundred mistakes.
    if (problems.length > before && text.startsWith("#!")) {
      problems.length = before;
      refuse("a script");
    }
  }
}

/** What only Ansible itself can make hosts of. */
function cantKnow(path: string, text: string): string | undefined {
  if (text.startsWith("$ANSIBLE_VAULT;")) return "an inventory that Ansible Vault has encrypted";
  if (text.startsWith("#!") && isExecutable(path)) return "a script, which Ansible would run";
  if (text.includes("\0")) return "a file that is no text";
  return extname(path) === ".toml" ? "an inventory in TOML" : undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** How to get hosts out of what Trivet can't read. */
export const wayOut = (file: string): string =>
  `run ansible-inventory -i ${file} --list --yaml --export > inventory.yml, and name that file instead`;

/** Begins as YAML does, and has no line such as `[web]`. */
function looksLikeYaml(text: string): boolean {
  if (/^\[[^\]]+\]\s*(?:#.*)?$/m.test(text)) return false;
  const first = text.split(/\r?\n/).find((line) => !/^\s*(?:#.*)?$/.test(line)) ?? "";
  return /^(?:---|%YAML|\{)|^[^=]*:\s*(?:[#&{].*)?$/.test(first);
}

const wrongEnding = (file: string, yaml: YamlFile): Problem => ({
  where: placeText(yaml.place(yaml.root)),
  given: `YAML in a file that ends in ${extname(file)}, which Ansible takes for INI`,
  expected: "YAML in a file that ends in .yml or .yaml, or has no ending",
  mend: "rename the file",
});
