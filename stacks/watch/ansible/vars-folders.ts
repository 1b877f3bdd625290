import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import type { Problem } from "../../../core/problem.ts";
import { placeText } from "../place.ts";
import { parseYaml } from "../yaml.ts";
import type { VariableFiles, Variables } from "./inventory.ts";
import { unreadable } from "./source.ts";

/** Endings of files of variables, in the order in which Ansible looks for one. */
const endings = ["", ".yml", ".yaml", ".json"];

/**
 * The variables that lie beside an inventory, as Ansible finds them there: `group_vars/<group>.yml` and
 * `host_vars/<host>.yml`, also without ending or as a folder of such files. Only what belongs to a group or host that is
 * asked for is opened. Files that Ansible Vault has encrypted are left out with a word: what Trivet reads is no secret, but some keep
 * all variables of a group in one file.
 */
export class VarsFolders implements VariableFiles {
  private readonly folder: string;
  private readonly shownAs: string;
  private readonly problems: Problem[];
  private readonly notes: string[];
  private readonly known = new Map<string, Variables>();
  private readonly listings = new Map<string, Set<string>>();

  /**
   * @param shownAs the folder as the settings name it, and so as messages do
   * @param folder where it is
   */
  constructor(shownAs: string, folder: string, problems: Problem[], notes: string[]) {
    this.shownAs = shownAs;
    this.folder = folder;
    this.problems = problems;
    this.notes = notes;
  }

  of(kind: "group" | "host", name: string): Variables {
    const key = `${kind} ${name}`;
    const variables = this.known.get(key) ?? this.read(`${kind}_vars`, name);
    this.known.set(key, variables);
    return variables;
  }

  private read(kind: string, name: string): Variables {
    const variables: Variables = new Map();
    // A host may be named by the path of a chroot: no file belongs to that.
    if (name.includes("/")) return variables;
    const there = this.listing(kind);
    const entry = endings.map((ending) => name + ending).find((each) => there.has(each));
    if (entry !== undefined) this.open(join(kind, entry), variables, new Set(), true);
    return variables;
  }

  /** Read once, since thousands of names are looked for in it. */
  private listing(kind: string): Set<string> {
    const listing = this.listings.get(kind) ?? new Set(namesIn(join(this.folder, kind)));
    this.listings.set(kind, listing);
    return listing;
  }

  /** Reads a file, or the files of a folder in the order of their names: of equal variables the later one counts. */
  private open(entry: string, variables: Variables, above: Set<string>, top = false): void {
    const path = join(this.folder, entry);
    const shown = join(this.shownAs, entry);
    const ending = extname(entry);
    let found: ReturnType<typeof statSync>;
    try {
      found = statSync(path);
    } catch (error) {
      if (top || endings.includes(ending))
        this.problems.push(unreadable(shown, (error as NodeJS.ErrnoException).code!));
      return;
    }
    if (found.isDirectory()) {
      const real = realpathSync(path);
      // Further down, a folder with an ending holds other things.
      if ((!top && ending !== "") || above.has(real)) return;
      for (const name of namesIn(path).sort()) {
        if (!/^\.|~$/.test(name)) this.open(join(entry, name), variables, new Set([...above, real]));
      }
    } else if (top || (found.isFile() && endings.includes(ending))) {
      this.readFile(shown, path, variables);
    }
  }

  private readFile(file: string, path: string, variables: Variables): void {
    let text: string;
    try {
      text = readFileSync(path, "utf8");
    } catch (error) {
      this.problems.push(unreadable(file, (error as NodeJS.ErrnoException).code!));
      return;
    }
    if (text.startsWith("$ANSIBLE_VAULT;")) {
      this.notes.push(`${file} is left out: Ansible Vault has encrypted it, and Trivet has no key to that`);
      return;
    }
    const yaml = parseYaml(file, text, "ansible", this.problems);
    if (!yaml.readable) return;
    const entries = yaml.entries(yaml.root);
    if (!entries) {
      const where = placeText({ file, line: 1 });
      this.problems.push({
        where,
        given: "no mapping",
        expected: "variables, each as name: value",
        mend: "correct it",
      });
      return;
    }
    for (const { key, keyNode, value } of entries) {
      variables.set(key, { value: yaml.plain(value), place: yaml.place(keyNode) });
    }
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Not there, or no folder, which Ansible does not mind either.
    return [];
  }
}
