import { nearest } from "../../../core/nearest.ts";
import { type Problem, shown } from "../../../core/problem.ts";
import { type Place, placeText } from "../place.ts";
import type { Inventory } from "./inventory.ts";
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

/** Where Python's `splitlines` ends a line. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: Python takes them for ends.
const lineEnds = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/;

/** Reads an Ansible inventory in INI, line by line as Ansible does, into what earlier files gave. */
export function readIni(inventory: Inventory, file: string, text: string, problems: Problem[]): void {
  new Reader(inventory, file, problems).read(text.replace(/^\uFEFF/, ""));
}

class Reader {
  private readonly inventory: Inventory;
  private readonly file: string;
  private readonly problems: Problem[];
  /** Undefined after a header that can't be read: its lines belong nowhere. */
  private section: Section | undefined;
  private readonly sections: Section[] = [];
  private readonly children: { parent: string; child: string; place: Place }[] = [];
  /** Groups that are there already, and those that this file lists. Variables alone don't make one. */
  private readonly defined: Set<string>;

  constructor(inventory: Inventory, file: string, problems: Problem[]) {
    this.inventory = inventory;
    this.file = file;
    this.problems = problems;
    this.section = { group: "ungrouped", kind: "hosts", place: { file, line: 1 } };
    this.defined = new Set(inventory.groups.keys());
  }

  read(text: string): void {
    for (const [index, raw] of text.split(lineEnds).entries()) {
      const line = raw.trim();
      const place = { file: this.file, line: index + 1 };
      if (line === "" || /^[#;]/.test(line)) continue;
      if (isHeader(line)) this.open(line, place);
      else if (this.section) this.readLine(this.section, line, place);
    }
    // At the end, since a group may be named before it is listed.
    this.refuseUndefined();
    for (const { parent, child, place } of this.children) this.addChild(parent, child, place);
  }

  private refuse(place: Place, problem: Omit<Problem, "where">): void {
    this.problems.push({ where: placeText(place), ...problem });
  }

  private open(line: string, place: Place): void {
    this.section = readHeader(line, place, this.problems);
    if (!this.section) return;
    const { group, kind } = this.section;
    this.sections.push(this.section);
    if (kind !== "vars") this.defined.add(group);
    this.inventory.addGroup(group);
  }

  private readLine({ group, kind }: Section, line: string, place: Place): void {
    if (kind === "hosts") this.readHosts(group, line, place);
    if (kind === "vars") this.readVariable(group, line, place);
    if (kind === "children") this.readChild(group, line, place);
  }

  private readHosts(group: string, line: string, place: Place): void {
    const words = splitWords(line);
    if (!words) {
      const expected = "a closing quote for each opening one";
      this.refuse(place, { given: line, expected, mend: "add the missing quote" });
      return;
    }
    const [pattern, ...assignments] = words;
    if (pattern === undefined) return;
    const { names, port } = hostsOf(pattern, place, this.problems);
    for (const name of names) this.inventory.addHost(name, group, place, port);
    for (const assignment of assignments) {
      const found = /^([^=]+)=(.*)$/s.exec(assignment);
      if (!found) {
        const expected = "key=value, with quotes around a value that has spaces";
        this.refuse(place, { given: `"${assignment}" after host ${pattern}`, expected, mend: "correct it" });
        continue;
      }
      const value = parsedValue(found[2]!);
      for (const name of names) this.set(name, found[1]!, value, place);
    }
  }

  private readVariable(group: string, line: string, place: Place): void {
    const at = line.indexOf("=");
    if (at < 1) this.refuse(place, { given: line, expected: "key=value", mend: "correct it" });
    else this.set(group, line.slice(0, at).trim(), parsedValue(line.slice(at + 1).trim()), place);
  }

  private set(entity: string, name: string, value: unknown, place: Place): void {
    if (this.inventory.setVariable(entity, name, { value, place })) return;
    this.refuse(place, { given: `${name}=${shown(value)}`, expected: "a whole number", mend: "correct it" });
  }

  private readChild(parent: string, line: string, place: Place): void {
    const child = /^([^:\]\s]+)\s*(?:#.*)?$/.exec(line)?.[1];
    if (child) this.children.push({ parent, child, place });
    else this.refuse(place, { given: line, expected: "the name of a group", mend: "correct it" });
  }

  private addChild(parent: string, child: string, place: Place): void {
    if (!this.defined.has(child) || this.inventory.addChild(parent, child)) return;
    this.refuse(place, loop(parent, child));
  }

  /** Variables or children of a group that is nowhere defined: mostly a name spelt in two ways. */
  private refuseUndefined(): void {
    const refuse = (name: string, given: string, place: Place) => {
      if (this.defined.has(name)) return;
      const meant = nearest(name, [...this.defined]);
      const mend = meant ? `write "${meant}"` : `add a section [${name}]`;
      this.refuse(place, { given, expected: "a group that the inventory defines", mend });
    };
    for (const { group, kind, place } of this.sections) {
      if (kind === "vars") refuse(group, `variables of the group "${group}"`, place);
      if (kind !== "children") continue;
      const children = this.children.filter(({ parent }) => parent === group).map(({ child }) => child);
      for (const child of new Set(children)) refuse(child, `the child "${child}" of the group "${group}"`, place);
    }
  }
}

/** The problem of a group that would be in itself. */
export const loop = (parent: string, child: string): Omit<Problem, "where"> => ({
  given: `the child "${child}" of the group "${parent}", which is by way of others a child of itself`,
  expected: "children without a loop",
  mend: "take one of them out of the other's children",
});

const header = /^\[([^:\]\s]+)(?::(\w+))?\]\s*(?:#.*)?$/;

/** What is meant as one. A line such as `[1:2].rack.example` names hosts. */
const isHeader = (line: string) => header.test(line) || /^\[.*\]$/.test(line) || /^\[[^\]:]*\](?:\s|$)/.test(line);

function readHeader(line: string, place: Place, problems: Problem[]): Section | undefined {
  const where = placeText(place);
  const found = header.exec(line);
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

/** A Python literal, or else the text as it is. */
function parsedValue(text: string): unknown {
  const value = pythonLiteral(text);
  return value === undefined ? text : value;
}
