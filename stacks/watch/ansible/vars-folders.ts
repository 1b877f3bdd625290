import { type Dirent, existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, extname, join, parse, relative } from "node:path";
import type { Problem } from "../../../core/problem.ts";
import { placeText } from "../place.ts";
import { parseYaml } from "../yaml.ts";
import type { Inventory, Variables } from "./inventory.ts";

/**
 * Adds the variables that lie beside an inventory as Ansible finds them there: `group_vars/<group>.yml` and
 * `host_vars/<host>.yml`, also without ending or as a folder of such files. Files that Ansible Vault has encrypted are
 * left out: what Trivet reads is no secret.
 *
 * @param file as the settings name it, and so as messages do
 * @param path where it is
 */
export function readVarsFolders(inventory: Inventory, file: string, path: string, problems: Problem[]): void {
  for (const kind of ["group", "host"] as const) {
    const folder = join(dirname(path), `${kind}_vars`);
    for (const found of filesIn(folder)) {
      const [entry = ""] = relative(folder, found).split("/");
      const name = varsEndings.includes(extname(entry)) ? parse(entry).name : entry;
      const shownAs = join(dirname(file), `${kind}_vars`, relative(folder, found));
      readFile(shownAs, readFileSync(found, "utf8"), inventory.filesOf(kind, name), problems);
    }
  }
}

const varsEndings = [".yml", ".yaml", ".json"];

/** Variable files of a folder and of the folders in it, sorted, as a later one goes before an earlier one. */
function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  // Right in the folder a file may be named after a host with dots; further down any other ending means other content.
  const counts = ({ name, parentPath }: Dirent) =>
    parentPath === folder || ["", ...varsEndings].includes(extname(name));
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !/^\.|~$/.test(entry.name) && counts(entry))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function readFile(file: string, text: string, variables: Variables, problems: Problem[]): void {
  if (text.startsWith("$ANSIBLE_VAULT;")) return;
  const yaml = parseYaml(file, text, "1.1", problems);
  const entries = yaml.entries(yaml.root);
  if (!entries) {
    const where = placeText({ file, line: 1 });
    problems.push({ where, given: "no mapping", expected: "variables, each as name: value", mend: "correct it" });
    return;
  }
  for (const { key, keyNode, value } of entries) {
    variables.set(key, { value: yaml.plain(value), place: yaml.place(keyNode) });
  }
}
