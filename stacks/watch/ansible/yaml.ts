import { isNode, isScalar } from "yaml";
import { nearest } from "../../../core/nearest.ts";
import { type Problem, shown } from "../../../core/problem.ts";
import { placeText } from "../place.ts";
import type { Entry, YamlFile } from "../yaml.ts";
import { loop } from "./ini.ts";
import type { Inventory } from "./inventory.ts";
import { hostsOf } from "./pattern.ts";

const keys = ["hosts", "vars", "children"];

/** Reads an Ansible inventory in YAML into what earlier files gave: groups with `hosts`, `vars` and `children`. */
export function readYaml(inventory: Inventory, yaml: YamlFile, problems: Problem[]): void {
  const reader = new Reader(inventory, yaml, problems);
  for (const group of reader.entriesOf(yaml.root, "a mapping of groups")) reader.readGroup(group);
}

class Reader {
  private readonly inventory: Inventory;
  private readonly yaml: YamlFile;
  private readonly problems: Problem[];

  constructor(inventory: Inventory, yaml: YamlFile, problems: Problem[]) {
    this.inventory = inventory;
    this.yaml = yaml;
    this.problems = problems;
  }

  readGroup({ key: group, value }: Entry): void {
    // Something that only holds an anchor for others is no group, as Ansible has it.
    if (!this.yaml.entries(value) && isNode(value) && "anchor" in value && value.anchor) return;
    const parts = this.entriesOf(value, `a mapping with ${keys.join(", ")} for the group "${group}"`);
    this.inventory.addGroup(group);
    for (const part of parts) {
      if (part.key === "hosts") this.readHosts(group, part);
      else if (part.key === "vars") this.readVariables(part.value, group);
      else if (part.key === "children") this.readChildren(group, part);
      else this.refuseSlip(group, part);
    }
  }

  /** The entries of a mapping; anything else is a problem. */
  entriesOf(node: unknown, expected: string): Entry[] {
    const found = this.yaml.entries(node);
    if (!found) {
      const given = shown(this.yaml.plain(node));
      this.problems.push({ where: placeText(this.yaml.place(node)), given, expected, mend: "correct it" });
    }
    return found ?? [];
  }

  /** The entries of a mapping; one name alone may be written as a text. */
  private named(node: unknown, expected: string): Entry[] {
    const single = isScalar(node) && typeof node.value === "string" ? node.value : undefined;
    return single === undefined ? this.entriesOf(node, expected) : [{ key: single, keyNode: node, value: null }];
  }

  private readHosts(group: string, { value }: Entry): void {
    for (const entry of this.named(value, `a mapping of hosts for the group "${group}", each with a colon behind`)) {
      const place = this.yaml.place(entry.keyNode);
      const { names, port } = hostsOf(entry.key, place, this.problems);
      for (const name of names) {
        this.inventory.addHost(name, group, place, port);
        // Ansible takes 0, false and an empty text for nothing.
        if (!isScalar(entry.value) || entry.value.value) this.readVariables(entry.value, name);
      }
    }
  }

  private readChildren(group: string, { value }: Entry): void {
    for (const child of this.named(value, `a mapping of groups, the children of "${group}"`)) {
      this.readGroup(child);
      this.inventory.addGroup(child.key);
      if (!this.inventory.addChild(group, child.key))
        this.problems.push({ where: placeText(this.yaml.place(child.keyNode)), ...loop(group, child.key) });
    }
  }

  private readVariables(node: unknown, entity: string): void {
    for (const { key, keyNode, value } of this.named(node, "a mapping of variables")) {
      const variable = { value: this.yaml.plain(value), place: this.yaml.place(keyNode) };
      if (this.inventory.setVariable(entity, key, variable)) continue;
      const given = `${key}: ${shown(variable.value)}`;
      this.problems.push({ where: placeText(variable.place), given, expected: "a whole number", mend: "correct it" });
    }
  }

  /** Ansible skips a name that it doesn't know; one that is nearly right was meant. */
  private refuseSlip(group: string, { key, keyNode }: Entry): void {
    const meant = nearest(key, keys);
    if (!meant) return;
    this.problems.push({
      where: placeText(this.yaml.place(keyNode)),
      given: `the unknown name "${key}" in the group "${group}"`,
      expected: `one of ${keys.join(", ")}`,
      mend: `write "${meant}"`,
    });
  }
}
