import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, type Pair, parseDocument } from "yaml";
import type { Problem } from "../../core/problem.ts";
import { aliasTargets } from "../../core/yamlAliases.ts";
import type { Place } from "./place.ts";
import { pythonTags } from "./python-tags.ts";

/** A key and its value in a mapping. */
export interface Entry {
  key: string;
  keyNode: unknown;
  value: unknown;
}

/** A YAML text whose nodes know their lines. */
export interface YamlFile {
  root: unknown;
  /** Whether it could be read at all; if not, `root` is what was understood before the first mistake. */
  readable: boolean;
  place(node: unknown): Place;
  /** The plain value of a node. */
  plain(node: unknown): unknown;
  /** The entries of a mapping; of nothing, none; of anything else, undefined. Of equal keys the last one counts. */
  entries(node: unknown): Entry[] | undefined;
}

/** More values than any site has: a file that says more by way of aliases is a mistake, or meant to do harm. */
const mostValues = 5_000_000;

/**
 * Reads YAML 1.2, or YAML as Ansible reads it: 1.1 by PyYAML, in which `yes` is true, `<<` merges and a key may stand
 * twice; JSON is read as JSON.
 */
export function parseYaml(file: string, text: string, as: "1.2" | "ansible", problems: Problem[]): YamlFile {
  const lineCounter = new LineCounter();
  const json = as === "ansible" && isJson(text);
  const ansible = json
    ? ({ version: "1.2", schema: "json", uniqueKeys: false } as const)
    : ({ version: "1.1", uniqueKeys: false, customTags: pythonTags } as const);
  const document = parseDocument(text, { lineCounter, ...(as === "ansible" ? ansible : { version: "1.2" }) });
  const line = (node: unknown) => (isNode(node) && node.range ? lineCounter.linePos(node.range[0]).line : 1);
  for (const error of document.errors) {
    problems.push({
      where: `${file}:${error.linePos?.[0].line ?? 1}`,
      given: "what can't be read as YAML",
      expected: error.message.split("\n")[0]!.replace(/ at line \d+, column \d+:?$/, ""),
      mend: "correct the YAML",
    });
  }
  const targets = aliasTargets(document, (alias, expected) => {
    problems.push({ where: `${file}:${line(alias)}`, given: `*${alias.source}`, expected, mend: "correct it" });
  });
  const target = (node: unknown): unknown => (isAlias(node) ? (targets.get(node) ?? null) : node);

  const values = new Map<unknown, { value: unknown; size: number }>();
  const evaluate = (given: unknown): { value: unknown; size: number } => {
    const node = target(given);
    if (isScalar(node)) return { value: node.value, size: 1 };
    if (!isMap(node) && !isSeq(node)) return { value: null, size: 1 };
    const known = values.get(node);
    if (known) return known;
    let size = 1;
    const part = (each: unknown) => {
      const found = evaluate(each);
      size += found.size;
      return size > mostValues ? null : found.value;
    };
    const value = isSeq(node)
      ? node.items.map(part)
      : Object.fromEntries(entries(node)!.map((entry) => [entry.key, part(entry.value)]));
    values.set(node, { value, size });
    return { value, size };
  };
  // As written: a key that reads like another type (`on`, `1`) is still a name.
  const keyText = (key: unknown) => {
    const node = target(key);
    return isScalar(node) ? (node.source ?? String(node.value)) : JSON.stringify(evaluate(node).value);
  };
  const isMerge = (key: unknown) => as === "ansible" && isScalar(key) && key.type === "PLAIN" && key.source === "<<";
  const entries = (given: unknown): Entry[] | undefined => {
    const node = target(given);
    if (node === null || node === undefined || (isScalar(node) && node.value === null)) return [];
    if (!isMap(node)) return undefined;
    const found = new Map<string, Entry>();
    const pairs = node.items as Pair[];
    for (const { value } of pairs.filter(({ key }) => isMerge(key))) {
      const merged = target(value);
      // An earlier one of a list goes before a later one, and what the mapping says itself before both.
      const sources = isSeq(merged) ? merged.items.toReversed() : [merged];
      for (const source of sources) for (const entry of entries(source) ?? []) found.set(entry.key, entry);
    }
    for (const { key, value } of pairs.filter((pair) => !isMerge(pair.key))) {
      const name = keyText(key);
      found.set(name, { key: name, keyNode: key, value });
    }
    return [...found.values()];
  };
  const root = document.contents;
  let readable = document.errors.length === 0;
  if (evaluate(root).size > mostValues) {
    const given = "more than 5 million values, by way of aliases";
    problems.push({ where: file, given, expected: "a file of fewer", mend: "write out what the aliases stand for" });
    readable = false;
  }
  return {
    root: readable ? root : null,
    readable,
    place: (node) => ({ file, line: line(node) }),
    plain: (node) => (isNode(node) ? evaluate(node).value : node),
    entries,
  };
}

function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
