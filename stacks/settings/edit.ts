import { isDeepStrictEqual } from "node:util";
import {
  type Document,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  stringify,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { UserError } from "../../core/errors.ts";
import { pathText } from "../../core/problem.ts";

/** One change of a YAML text that leaves all else as it stands there: comments, order, indentation, quotes. */

export type Path = readonly (string | number)[];

/** @throws {UserError} when the text is no YAML, or what is to be changed has an anchor or comes by an alias */
export function setIn(text: string, path: Path, value: unknown): string {
  return changed(text, path, (document) => replaceText(text, document, path, value), value);
}

/** Takes it out, and what is empty then. @throws {UserError} as `setIn` */
export function removeIn(text: string, path: Path): string {
  const document = parsed(text);
  let gone = path;
  for (let above = path.slice(0, -1); above.length > 0; above = above.slice(0, -1)) {
    const parent = document.getIn(above, true);
    if (!isCollection(parent) || parent.items.length > 1) break;
    gone = above;
  }
  return changed(text, gone, () => removeText(text, document, gone), undefined);
}

/** What stands at a path; undefined where nothing does. @throws {UserError} when the text is no YAML */
export function getIn(text: string, path: Path): unknown {
  let value: unknown = parsed(text).toJS();
  for (const part of path) value = (value as Record<string | number, unknown> | null | undefined)?.[part];
  return value ?? undefined;
}

function parsed(text: string): Document.Parsed {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) throw new UserError(`It is no YAML: ${error.message.split("\n")[0]?.replace(/:$/, "")}.`);
  return document;
}

/**
 * The text after a change, held against what the library makes of the same change. Where the two differ the library's own text is
 * taken: it has all comments, in a layout of its own.
 */
function changed(text: string, path: Path, splice: (document: Document.Parsed) => string, value: unknown): string {
  const document = parsed(text);
  try {
    if (value === undefined) document.deleteIn(mustStandAlone(document, path));
    else setNode(document, mustStandAlone(document, path), value);
    const wanted = document.toJS();
    const own = splice(parsed(text));
    if (sameAs(own, wanted)) return own;
    const whole = document.toString({ lineWidth: 0 });
    if (sameAs(whole, wanted)) return whole;
  } catch {
    // Told below.
  }
  throw new UserError(
    `${pathText(path)} can't be changed by itself: an anchor, an alias, a merge key or a value is in its way. Change it in the file.`,
  );
}

/** @throws where others refer to what stands there */
function mustStandAlone(document: Document.Parsed, path: Path): Path {
  for (const depth of path.keys()) {
    const above = document.getIn(path.slice(0, depth), true);
    if (isNode(above) && (above as { anchor?: string }).anchor) throw new Error("an anchor");
  }
  const node = document.getIn(path, true);
  visit(isNode(node) ? node : null, {
    Node: (_, { anchor }) => {
      if (anchor) throw new Error("an anchor");
    },
  });
  return path;
}

function setNode(document: Document.Parsed, path: Path, value: unknown): void {
  // Where there is a name and nothing behind it, all that is missing is made.
  const empty = path.findIndex((_, depth) => {
    const node = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
    return node === null || (isScalar(node) && node.value === null);
  });
  if (empty === 0) document.contents = document.createNode(nested(path, value)) as never;
  else if (empty > 0) document.setIn(path.slice(0, empty), document.createNode(nested(path.slice(empty), value)));
  else document.setIn(path, value);
}

function sameAs(text: string, wanted: unknown): boolean {
  const document = parseDocument(text);
  return document.errors.length === 0 && isDeepStrictEqual(document.toJS(), wanted);
}

/** `["a", 0], 1` is `{ a: [1] }`. */
const nested = (path: Path, value: unknown): unknown =>
  path.reduceRight((inner: unknown, part) => (typeof part === "number" ? [inner] : { [part]: inner }), value);

/** Over several lines, from a column on. */
const block = (value: unknown, indent: number): string =>
  stringify(value, { lineWidth: 0 })
    .trimEnd()
    .replaceAll("\n", `\n${" ".repeat(indent)}`);

/** On one line: it is right wherever it is put. */
const inline = (value: unknown): string =>
  stringify(value, { collectionStyle: "flow", lineWidth: 0, flowCollectionPadding: true }).trimEnd();

function replaceText(text: string, document: Document.Parsed, path: Path, value: unknown): string {
  let node: unknown = document.contents;
  for (const [depth, part] of path.entries()) {
    if (depth === 0 && (!isCollection(node) || node.items.length === 0)) {
      const kept = isCollection(node) ? text.slice(0, node.range![0]) : text;
      return `${kept}${kept === "" || kept.endsWith("\n") ? "" : "\n"}${block(nested(path, value), 0)}\n`;
    }
    if (!isCollection(node)) throw new Error("no collection");
    if (node.items.length === 0) {
      const [start, end] = rangeOf(node, text);
      return spliced(text, start, end, inline(nested(path.slice(depth), value)));
    }
    const found = itemAt(node, part);
    if (!found) return added(text, node, part, nested(path.slice(depth + 1), value));
    if (depth === path.length - 1) return withValue(text, found, value);
    node = isPair(found) ? found.value : found;
    if (isPair(found) && isScalar(node) && node.value === null) {
      const at = text.indexOf(":", rangeOf(found.key, text)[1]) + 1;
      const indent = column(text, rangeOf(found.key, text)[0]) + 2;
      const rest = nested(path.slice(depth + 1), value);
      const middle =
        isMap(document.contents) && !document.contents.flow
          ? `\n${" ".repeat(indent)}${block(rest, indent)}`
          : ` ${inline(rest)}`;
      return spliced(text, at, at, middle);
    }
    if (isPair(found) && !isCollection(node)) return withValue(text, found, nested(path.slice(depth + 1), value));
  }
  return text;
}

function withValue(text: string, found: Pair | Node, value: unknown): string {
  if (!isPair(found)) {
    const [start, end] = rangeOf(found, text);
    return spliced(text, start, end, inline(value));
  }
  const node = found.value as Node | null;
  const [, keyEnd] = rangeOf(found.key, text);
  const colon = text.indexOf(":", keyEnd) + 1;
  const [start, end] = node?.range ? rangeOf(node, text) : [colon, colon];
  // A scalar or a collection in brackets is replaced where it stands; any other begins on a line of its own.
  const stays = text.slice(colon, start).trim() === "" && !text.slice(colon, start).includes("\n") && start > colon;
  return stays
    ? spliced(text, start, end, inline(value))
    : spliced(text, colon, Math.max(end, colon), ` ${inline(value)}`);
}

function added(text: string, parent: YAMLMap | YAMLSeq, part: string | number, value: unknown): string {
  const last = parent.items.at(-1) as Pair | Node;
  const end = endOf(last, text);
  if (parent.flow) {
    const item = typeof part === "number" ? inline(value) : `${inline(part)}: ${inline(value)}`;
    return spliced(text, end, end, `, ${item}`);
  }
  const indent = column(text, parent.range![0]);
  const line = lineEnd(text, end);
  const item = block(typeof part === "number" ? [value] : { [part]: value }, indent);
  return spliced(text, line, line, `\n${" ".repeat(indent)}${item}`);
}

function removeText(text: string, document: Document.Parsed, path: Path): string {
  const parent = document.getIn(path.slice(0, -1), true) as YAMLMap | YAMLSeq;
  const found = itemAt(parent, path.at(-1)!)!;
  const index = parent.items.indexOf(found as never);
  const [start] = rangeOf(isPair(found) ? found.key : found, text);
  const end = endOf(found, text);
  if (parent.flow) {
    const next = parent.items[index + 1] as Pair | Node | undefined;
    if (next) return spliced(text, start, rangeOf(isPair(next) ? next.key : next, text)[0], "");
    const before = parent.items[index - 1] as Pair | Node | undefined;
    return spliced(text, before ? endOf(before, text) : start, end, "");
  }
  const from = text.lastIndexOf("\n", start - 1) + 1;
  return spliced(text, from, Math.min(lineEnd(text, end) + 1, text.length), "");
}

const isPair = (found: unknown): found is Pair => typeof found === "object" && found !== null && !isNode(found);

function itemAt(parent: YAMLMap | YAMLSeq, part: string | number): Pair | Node | undefined {
  if (isSeq(parent)) return typeof part === "number" ? (parent.items[part] as Node | undefined) : undefined;
  if (!isMap(parent)) return undefined;
  return parent.items.find(({ key }) => (isScalar(key) ? key.value : key) === part);
}

/** From the first to behind the last letter, without what follows on its lines. */
function rangeOf(node: unknown, text: string): [number, number] {
  const range = isNode(node) ? node.range : undefined;
  if (!range) return [text.length, text.length];
  const [start, end] = range;
  return [start, Math.max(start, start + text.slice(start, end).trimEnd().length)];
}

function endOf(found: Pair | Node, text: string): number {
  if (!isPair(found)) return rangeOf(found, text)[1];
  const value = found.value as Node | null;
  const [, keyEnd] = rangeOf(found.key, text);
  return Math.max(text.indexOf(":", keyEnd) + 1, value?.range ? rangeOf(value, text)[1] : 0);
}

const spliced = (text: string, start: number, end: number, middle: string): string =>
  `${text.slice(0, start)}${middle}${text.slice(end)}`;

const column = (text: string, at: number): number => at - (text.lastIndexOf("\n", at - 1) + 1);

function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end;
}
