import { isSeq } from "yaml";
import { type Problem, shown } from "../../../core/problem.ts";
import { placeText } from "../place.ts";
import type { Entry, YamlFile } from "../yaml.ts";
import { loop } from "./ini.ts";
import type { Inventory } from "./inventory.ts";

/** Whether a file holds what `ansible-inventory --list` prints, and inventory scripts do. */
export const isListing = (yaml: YamlFile): boolean =>
  yaml.entries(yaml.root)?.some(({ key, value }) => key === "_meta" && hostVariables(yaml, value)) ?? false;

const hostVariables = (yaml: YamlFile, meta: unknown) =>
  yaml.entries(yaml.entries(meta)?.find(({ key }) => key === "hostvars")?.value);

/** Reads such a file into what earlier ones gave: groups that list their hosts, and the hosts' variables under `_meta`. */
export function readListing(inventory: Inventory, yaml: YamlFile, problems: Problem[]): void {
  const refuse = (node: unknown, problem: Omit<Problem, "where">) =>
    problems.push({ where: placeText(yaml.place(node)), ...problem });
  const names = (node: unknown, expected: string): Entry[] => {
    if (isSeq(node)) return node.items.map((item) => ({ key: String(yaml.plain(item)), keyNode: item, value: null }));
    refuse(node, { given: shown(yaml.plain(node)), expected, mend: "correct it" });
    return [];
  };
  const set = (entity: string, { key, keyNode, value }: Entry) => {
    const variable = { value: yaml.plain(value), place: yaml.place(keyNode) };
    if (inventory.setVariable(entity, key, variable)) return;
    refuse(keyNode, { given: `${key}: ${shown(variable.value)}`, expected: "a whole number", mend: "correct it" });
  };
  const listed = new Set<string>();
  const readGroup = ({ key: group, keyNode, value }: Entry) => {
    inventory.addGroup(group);
    const parts = yaml.entries(value);
    const part = (name: string) => parts?.find(({ key }) => key === name);
    const hosts = parts ? part("hosts")?.value : value;
    for (const host of hosts ? names(hosts, `a list of hosts for the group "${group}"`) : []) {
      listed.add(host.key);
      inventory.addHost(host.key, group, yaml.place(host.keyNode));
    }
    // A group without hosts, variables and children is a host of that name with these variables, says Ansible.
    const alone = parts && !parts.some(({ key }) => ["hosts", "vars", "children"].includes(key));
    if (alone) {
      listed.add(group);
      inventory.addHost(group, group, yaml.place(keyNode));
    }
    for (const entry of (alone ? parts : yaml.entries(part("vars")?.value)) ?? []) set(group, entry);
    const children = part("children")?.value;
    for (const child of children ? names(children, `a list of groups, the children of "${group}"`) : []) {
      inventory.addGroup(child.key);
      if (!inventory.addChild(group, child.key)) refuse(child.keyNode, loop(group, child.key));
    }
  };
  const entries = yaml.entries(yaml.root) ?? [];
  for (const entry of entries) if (entry.key !== "_meta") readGroup(entry);
  const meta = entries.find(({ key }) => key === "_meta")!;
  for (const { key: host, value } of hostVariables(yaml, meta.value) ?? []) {
    if (listed.has(host)) for (const entry of yaml.entries(value) ?? []) set(host, entry);
  }
}
