import { isScalar } from "yaml";
import { nearest } from "../../../core/nearest.ts";
import { type Problem, shown } from "../../../core/problem.ts";
import { placeText } from "../place.ts";
import { type Entry, parseYaml, type YamlFile } from "../yaml.ts";
import { Inventory, type Variables } from "./inventory.ts";
import { hostsOf } from "./pattern.ts";

const keys = ["hosts", "vars", "children"];

/** Reads an Ansible inventory in YAML: groups with `hosts`, `vars` and `children`. */
export function readYaml(file: string, text: string, problems: Problem[]): Inventory {
  const before = problems.length;
  const yaml = parseYaml(file, text, "1.1", problems);
  if (problems.length > before) return new Inventory();
  const reader = new Reader(yaml, problems);
  for (const group of reader.entriesOf(yaml.root, "a mapping of groups")) reader.readGroup(group);
  return reader.inventory;
}

class Reader {
  readonly inventory = new Inventory();
  private readonly yaml: YamlFile;
  private readonly problems: Problem[];

  constructor(yaml: YamlFile, problems: Problem[]) {
    this.yaml = yaml;
    this.problems = problems;
  }

  readGroup({ key: group, value }: Entry): void {
    this.inventory.group(group);
    for (const part of this.entriesOf(value, `a mapping with ${keys.join(", ")} for the group "${group}"`)) {
      if (part.key === "hosts") this.readHosts(group, part);
      else if (part.key === "vars") this.readVariables(part.value, this.inventory.variablesOf(group));
      else if (part.key === "children") this.readChildren(group, part);
      else this.refuseKey(group, part);
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

  private readHosts(group: string, { value }: Entry): void {
    // One host alone may be written as a text.
    const single = isScalar(value) && typeof value.value === "string" ? value.value : undefined;
    const hosts =
      single === undefined
        ? this.entriesOf(value, `a mapping of hosts for the group "${group}", each with a colon behind`)
        : [{ key: single, keyNode: value, value: null }];
    for (const { key: pattern, keyNode, value: variables } of hosts) {
      const place = this.yaml.place(keyNode);
      const { names, port } = hostsOf(pattern, place, this.problems);
      for (const name of names) {
        this.inventory.group(group).hosts.add(name);
        const host = this.inventory.host(name, place);
        if (port !== undefined) host.variables.set("ansible_port", { value: port, place });
        this.readVariables(variables, host.variables);
      }
    }
  }

  private readChildren(group: string, { value }: Entry): void {
    for (const child of this.entriesOf(value, `a mapping of groups, the children of "${group}"`)) {
      this.inventory.group(group).children.add(child.key);
      this.readGroup(child);
    }
  }

  private readVariables(node: unknown, variables: Variables): void {
    for (const { key, keyNode, value } of this.entriesOf(node, "a mapping of variables")) {
      variables.set(key, { value: this.yaml.plain(value), place: this.yaml.place(keyNode) });
    }
  }

  private refuseKey(group: string, { key, keyNode }: Entry): void {
    const meant = nearest(key, keys);
    this.problems.push({
      where: placeText(this.yaml.place(keyNode)),
      given: `the unknown name "${key}" in the group "${group}"`,
      expected: `one of ${keys.join(", ")}`,
      mend: meant ? `write "${meant}"` : "remove it, or put it under one of these",
    });
  }
}
