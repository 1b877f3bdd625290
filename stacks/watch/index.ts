import { readFileSync } from "node:fs";
import type { Domain } from "../../core/domain.ts";
import { nearest } from "../../core/nearest.ts";
import type { Problem } from "../../core/problem.ts";
import { readInventory } from "./ansible/index.ts";
import type { AnsibleHost } from "./ansible/inventory.ts";
import { watchedHost } from "./ansible/watched.ts";
import { readHostsFile } from "./hosts-file.ts";
import { placeText } from "./place.ts";
import { reading } from "./reading.ts";
import type { Sighting } from "./sighting.ts";

export type { Sighting };

export interface WatchFiles {
  /** Ansible inventories, INI or YAML, files or folders: all of them together are one. */
  ansible?: readonly (string | undefined)[];
  /** Trivet hosts files. */
  hosts?: readonly (string | undefined)[];
}

export interface Around {
  /** Where relative paths start. */
  folder: string;
  domains: readonly Domain[];
  /** Domains of groups that are not named like them (`watch.domains`). */
  groups?: Readonly<Record<string, string>>;
}

/** Reads all files of what to watch, in order; tells every problem of theirs, and in a word each what is left out. */
export function readWatched(
  files: WatchFiles,
  around: Around,
): { hosts: Sighting[]; problems: Problem[]; notes: string[] } {
  const problems: Problem[] = [];
  const notes: string[] = [];
  const found = readAnsible(files.ansible ?? [], around, problems, notes);
  for (const [index, file] of (files.hosts ?? []).entries()) {
    if (file === undefined) continue;
    const where = `watch.hosts[${index}]`;
    const text = reading(file, around.folder, problems, where, (path) => readFileSync(path, "utf8"));
    if (text !== undefined) found.push(...readHostsFile(file, text, problems));
  }
  return { hosts: withoutDuplicates(found, problems), problems, notes };
}

/** The watched hosts of Ansible inventories. */
function readAnsible(
  sources: readonly (string | undefined)[],
  { folder, domains, groups = {} }: Around,
  problems: Problem[],
  notes: string[],
): Sighting[] {
  const hosts = readInventory(sources, folder, problems, notes);
  problems.push(...unknownGroups(Object.keys(groups), hosts));
  return hosts.flatMap((host) => {
    const watched = watchedHost(host, { domains, groups }, problems, notes);
    return watched ? [{ ...watched, place: placeText(host.place) }] : [];
  });
}

/** A group that no host is in places nobody: most likely it is misspelt. */
function unknownGroups(placed: readonly string[], hosts: readonly AnsibleHost[]): Problem[] {
  const known = [...new Set(["all", ...hosts.flatMap(({ groups }) => groups)])];
  return placed
    .filter((group) => !known.includes(group))
    .map((group) => {
      const meant = nearest(group, known);
      return {
        where: `watch.domains.${group}`,
        given: "a group that no host of the inventories is in",
        expected: "a group of theirs, or all",
        mend: meant ? `write "${meant}"` : "correct it, or remove it",
      };
    });
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
