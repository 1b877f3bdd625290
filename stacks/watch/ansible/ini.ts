import { nearest } from "../../../core/nearest.ts";
import type { Problem } from "../../../core/problem.ts";
import { type Place, placeText } from "../place.ts";
import { Inventory, type Variables } from "./inventory.ts";
import { pythonLiteral } from "./literal.ts";
import { hostsOf } from "./pattern.ts";
import { splitWords } from "./words.ts";

/** What the lines after a header are. */
interface Section {
  group: string;
  kind: "hosts" | "vars" | "children";
  place: Place;
}

const kinds = ["hosts", "vars", "children"] as const;

/** Reads an Ansible inventory in INI, line by line as Ansible does. */
export function readIni(file: string, text: string, problems: Problem[]): Inventory {
  const inventory = new Inventory();
  let section: Section | undefined = { group: "ungrouped", kind: "hosts", place: { file, line: 1 } };
  const named: Section[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    const place = { file, line: index + 1 };
    if (line === "" || /^[#;]/.test(line)) continue;
    if (line.startsWith("[")) {
      section = readHeader(line, place, problems);
      if (section) named.push(section);
      // A group exists once its hosts or children are listed; variables alone don't make one.
      if (section && section.kind !== "vars") inventory.group(section.group);
    } else if (section) {
      readLine(inventory, section, line, place, problems);
    }
  }
  refuseUndefined(inventory, named, problems);
  return inventory;
}

function readHeader(line: string, place: Place, problems: Problem[]): Section | undefined {
  const where = placeText(place);
  const found = /^\[([^:\]\s]+)(?::(\w+))?\]\s*(?:#.*)?$/.exec(line);
  if (!found) {
    const expected = "a header such as [web], [web:vars] or [web:children], without spaces";
    problems.push({ where, given: line, expected, mend: "correct it" });
    return undefined;
  }
  const [, group, word = "hosts"] = found as unknown as [string, string, string?];
  const kind = kinds.find((each) => each === word);
  if (kind) return { group, kind, place };
  const meant = nearest(word, kinds);
  const mend = meant ? `write [${group}:${meant}]` : "correct it";
  problems.push({ where, given: line, expected: `[${group}], [${group}:vars] or [${group}:children]`, mend });
  return undefined;
}

function readLine(inventory: Inventory, section: Section, line: string, place: Place, problems: Problem[]): void {
  if (section.kind === "hosts") readHosts(inventory, section.group, line, place, problems);
  if (section.kind === "vars") readVariable(inventory.variablesOf(section.group), line, place, problems);
  if (section.kind === "children") readChild(inventory, section.group, line, place, problems);
}

function readHosts(inventory: Inventory, group: string, line: string, place: Place, problems: Problem[]): void {
  const words = splitWords(line);
  if (!words) {
    const expected = "a closing quote for each opening one";
    problems.push({ where: placeText(place), given: line, expected, mend: "add the missing quote" });
    return;
  }
  const [pattern, ...assignments] = words;
  if (pattern === undefined) return;
  const { names, port } = hostsOf(pattern, place, problems);
  const hosts = names.map((name) => {
    inventory.group(group).hosts.add(name);
    return inventory.host(name, place);
  });
  for (const { variables } of hosts) {
    if (port !== undefined) variables.set("ansible_port", { value: port, place });
  }
  for (const assignment of assignments) {
    const found = /^([^=]+)=(.*)$/s.exec(assignment);
    if (!found) {
      const expected = "key=value, with quotes around a value that has spaces";
      problems.push({
        where: placeText(place),
        given: `"${assignment}" after host ${pattern}`,
        expected,
        mend: "correct it",
      });
      continue;
    }
    for (const { variables } of hosts) variables.set(found[1]!, { value: parsedValue(found[2]!), place });
  }
}

function readVariable(variables: Variables, line: string, place: Place, problems: Problem[]): void {
  const at = line.indexOf("=");
  if (at < 1) {
    problems.push({ where: placeText(place), given: line, expected: "key=value", mend: "correct it" });
    return;
  }
  variables.set(line.slice(0, at).trim(), { value: parsedValue(line.slice(at + 1).trim()), place });
}

function readChild(inventory: Inventory, group: string, line: string, place: Place, problems: Problem[]): void {
  const child = /^([^:\]\s]+)\s*(?:#.*)?$/.exec(line)?.[1];
  if (child) inventory.group(group).children.add(child);
  else problems.push({ where: placeText(place), given: line, expected: "the name of a group", mend: "correct it" });
}

/** A Python literal, or else the text as it is. */
function parsedValue(text: string): unknown {
  const value = pythonLiteral(text);
  return value === undefined ? text : value;
}

/** Variables or children of a group that is nowhere defined: mostly a name spelt in two ways. */
function refuseUndefined(inventory: Inventory, sections: Section[], problems: Problem[]): void {
  const known = ["all", "ungrouped", ...inventory.groups.keys()];
  const refuse = (name: string, given: string, place: Place) => {
    if (known.includes(name)) return;
    const meant = nearest(name, known);
    const mend = meant ? `write "${meant}"` : `add a section [${name}]`;
    problems.push({ where: placeText(place), given, expected: "a group that the inventory defines", mend });
  };
  for (const { group, kind, place } of sections) {
    if (kind === "vars") refuse(group, `variables of the group "${group}"`, place);
    if (kind !== "children") continue;
    for (const child of inventory.group(group).children)
      refuse(child, `the child "${child}" of the group "${group}"`, place);
  }
}
