import { isAlias, isMap, isNode, isScalar, LineCounter, type Pair, parseDocument } from "yaml";
import type { Problem } from "../../core/problem.ts";
import type { Place } from "./place.ts";

/** Ansible's own tags: an encrypted value stays as it is written, an unsafe one is plain text. */
const customTags = ["!vault", "!vault-encrypted", "!unsafe"].map((tag) => ({ tag, resolve: (text: string) => text }));

/** A key and its value in a mapping. */
export interface Entry {
  key: string;
  keyNode: unknown;
  value: unknown;
}

/** A YAML text whose nodes know their lines. */
export interface YamlFile {
  root: unknown;
  place(node: unknown): Place;
  /** The plain value of a node. */
  plain(node: unknown): unknown;
  /** The entries of a mapping; of nothing, none; of anything else, undefined. */
  entries(node: unknown): Entry[] | undefined;
}

/** Reads YAML 1.2, or 1.1, in which `yes` is true and `<<` merges, as Python and so Ansible read it. */
export function parseYaml(file: string, text: string, version: "1.1" | "1.2", problems: Problem[]): YamlFile {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, customTags, version });
  for (const error of document.errors) {
    problems.push({
      where: `${file}:${error.linePos?.[0].line ?? 1}`,
      given: "what can't be read as YAML",
      expected: error.message.split("\n")[0]!.replace(/ at line \d+, column \d+:?$/, ""),
      mend: "correct the YAML",
    });
  }
  const target = (node: unknown) => (isAlias(node) ? node.resolve(document) : node);
  const line = (node: unknown) => (isNode(node) && node.range ? lineCounter.linePos(node.range[0]).line : 1);
  const plain = (node: unknown) => (isNode(node) ? node.toJS(document) : node);
  // As written: a key that reads like another type (`on`, `1`, `<<`) is still a name.
  const keyText = (key: unknown) => (isScalar(key) ? (key.source ?? String(key.value)) : String(plain(key)));
  const entries = (given: unknown): Entry[] | undefined => {
    const node = target(given);
    if (node === null || node === undefined || (isScalar(node) && node.value === null)) return [];
    if (!isMap(node)) return undefined;
    const own = (node.items as Pair[]).map(({ key, value }) => ({ key: keyText(key), keyNode: key, value }));
    const merged = own
      .filter(({ key }) => key === "<<" && version === "1.1")
      .flatMap(({ value }) => entries(value) ?? []);
    const kept = own.filter(({ key }) => key !== "<<" || version !== "1.1");
    return [...merged.filter(({ key }) => !kept.some((each) => each.key === key)), ...kept];
  };
  return { root: document.contents, place: (node) => ({ file, line: line(node) }), plain, entries };
}
