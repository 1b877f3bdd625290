import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Problem } from "../../../../core/problem.ts";
import { readInventory } from "../../../../stacks/watch/ansible/index.ts";
import { type Answer, askAnsible } from "./ansible.ts";

/** An inventory as files. */
export interface Files {
  /** Text by path; a link as `{ link }`; what an inventory script would print as `{ printed }`. */
  files: Record<string, string | { link: string } | { printed: string }>;
  sources: string[];
}

export interface Comparison {
  inventory: Files;
  /** What Trivet makes of it, with Ansible's words. */
  trivet: Answer;
  problems: Problem[];
  ansible: Answer;
  agrees: boolean;
}

/**
 * Reads inventories with Trivet and with Ansible. They agree when the hosts, their groups and their variables are the
 * same, and Trivet has no problem with them; or when both refuse.
 */
export async function compare(inventories: readonly Files[]): Promise<Comparison[]> {
  const folder = mkdtempSync(join(tmpdir(), "trivet-inventories-"));
  try {
    const folders = inventories.map((inventory, index) => lay(inventory, join(folder, String(index))));
    const answers = await askAnsible(
      inventories.map(({ sources, files }, index) =>
        // Ansible runs a script that prints what Trivet reads as it is.
        sources.map((source) => join(folders[index]!, isPrinted(files[source]) ? `${source}.sh` : source)),
      ),
    );
    return inventories.map((inventory, index) => {
      const { trivet, problems } = readWithTrivet(inventory, folders[index]!);
      const ansible = answers[index]!;
      const agrees =
        "refused" in ansible ? problems.length > 0 : problems.length === 0 && isDeepStrictEqual(trivet, ansible);
      return { inventory, trivet, problems, ansible, agrees };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function readWithTrivet({ sources }: Files, folder: string): { trivet: Answer; problems: Problem[] } {
  const problems: Problem[] = [];
  const hosts = readInventory(sources, folder, problems).map(({ name, groups, variables }) => {
    const values = Object.fromEntries([...variables].map(([key, { value }]) => [key, value]));
    return [name, { groups: groups.toSorted(byCodePoint), variables: values }];
  });
  return { trivet: JSON.parse(JSON.stringify({ hosts: Object.fromEntries(hosts) })), problems };
}

const byCodePoint = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

const isPrinted = (file: Files["files"][string] | undefined): file is { printed: string } =>
  typeof file === "object" && "printed" in file;

/** Writes an inventory's files. */
export function lay({ files }: Files, folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, file] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    if (typeof file === "string") writeFileSync(path, file);
    else if ("link" in file) symlinkSync(file.link, path);
    else {
      writeFileSync(path, file.printed);
      writeFileSync(`${path}.sh`, `#!/bin/sh\ncat '${path}'\n`);
      chmodSync(`${path}.sh`, 0o755);
    }
  }
  return folder;
}
