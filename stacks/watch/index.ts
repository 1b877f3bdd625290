import { readFileSync } from "node:fs";
import { extname, resolve as resolvePath } from "node:path";
import type { Problem } from "../../core/problem.ts";
import { readIni } from "./ansible/ini.ts";
import { type Inventory, loops, resolve } from "./ansible/inventory.ts";
import { readVarsFolders } from "./ansible/vars-folders.ts";
import { type Domain, watchedHost } from "./ansible/watched.ts";
import { readYaml } from "./ansible/yaml.ts";
import { readHostsFile } from "./hosts-file.ts";
import { placeText } from "./place.ts";
import type { Sighting } from "./sighting.ts";

export type { Sighting };

export interface WatchFiles {
  /** Ansible inventories, INI or YAML. */
  ansible?: readonly (string | undefined)[];
  /** Trivet hosts files. */
  hosts?: readonly (string | undefined)[];
}

export interface Around {
  /** Where relative paths start. */
  folder: string;
  domains: readonly Domain[];
}

/** Reads all files of what to watch, in order; tells every problem of theirs. */
export function readWatched(files: WatchFiles, around: Around): { hosts: Sighting[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const found: Sighting[] = [];
  const each = (kind: keyof WatchFiles, read: (file: string, text: string) => Sighting[]) => {
    for (const [index, file] of (files[kind] ?? []).entries()) {
      if (file === undefined) continue;
      const text = readText(file, around.folder, problems, `watch.${kind}[${index}]`);
      if (text !== undefined) found.push(...read(file, text));
    }
  };
  each("ansible", (file, text) =>
    readAnsible({ file, text, path: resolvePath(around.folder, file) }, around.domains, problems),
  );
  each("hosts", (file, text) => readHostsFile(file, text, problems));
  return { hosts: withoutDuplicates(found, problems), problems };
}

interface AnsibleFile {
  /** As the settings name it. */
  file: string;
  text: string;
  /** Where it is, so that `group_vars` and `host_vars` are found beside it. */
  path: string;
}

/** The watched hosts of an Ansible inventory: YAML by the file's ending, else INI. */
function readAnsible({ file, text, path }: AnsibleFile, domains: readonly Domain[], problems: Problem[]): Sighting[] {
  const read = [".yml", ".yaml", ".json"].includes(extname(file)) ? readYaml : readIni;
  const inventory = read(file, text, problems);
  refuseLoops(file, inventory, problems);
  readVarsFolders(inventory, file, path, problems);
  return resolve(inventory).flatMap((host) => {
    const watched = watchedHost(host, domains, problems);
    return watched ? [{ ...watched, place: placeText(host.place) }] : [];
  });
}

function readText(file: string, folder: string, problems: Problem[], where: string): string | undefined {
  try {
    return readFileSync(resolvePath(folder, file), "utf8");
  } catch (error) {
    problems.push({
      where,
      given: `"${file}", which can't be read (${(error as NodeJS.ErrnoException).code})`,
      expected: `a file, its path relative to ${folder}`,
      mend: "correct the path",
    });
    return undefined;
  }
}

function refuseLoops(file: string, inventory: Inventory, problems: Problem[]): void {
  for (const group of loops(inventory)) {
    problems.push({
      where: file,
      given: `the group "${group}", which is by way of others a child of itself`,
      expected: "children without a loop",
      mend: "take one of them out of the other's children",
    });
  }
}

function withoutDuplicates(found: readonly Sighting[], problems: Problem[]): Sighting[] {
  const first = new Map<string, Sighting>();
  for (const host of found) {
    const earlier = first.get(host.name);
    if (!earlier) first.set(host.name, host);
    else {
      problems.push({
        where: host.place,
        given: `host "${host.name}", which ${earlier.place} lists already`,
        expected: "each host to watch once",
        mend: "remove it in one of the two places, or rename it",
      });
    }
  }
  return [...first.values()];
}
