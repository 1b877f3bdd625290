import {
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  type Scalar,
  type ScalarTag,
  type Tags,
  visit,
  type YAMLMap,
} from "yaml";
import { UserError } from "./errors.ts";
import { type Problem, report } from "./problem.ts";
import { aliasTargets } from "./yamlAliases.ts";

/**
 * Reads a stack's settings file as the Pulumi CLI does (Go's yaml.v3, twice), so that they mean the same with both engines: `yes` is
 * a text, `017` and `0o17` are 15, `1_000` is a number, `<<` merges. What can't mean the same is refused, a problem each.
 *
 * @throws {UserError} that tells every problem by its line
 */
export function parseSettings(file: string, text: string): Record<string, unknown> {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, version: "1.2", merge: true, customTags: goTags });
  const problems: Problem[] = [];
  const line = (node: unknown) => (isNode(node) && node.range ? lineCounter.linePos(node.range[0]).line : 1);
  // What is given is told by its kind and its line: it may be a password.
  const refuse = (node: unknown, given: string, expected: string, mend: string) =>
    problems.push({ where: `line ${line(node)}`, given, expected, mend });

  for (const error of document.errors) {
    const expected = error.message
      .split("\n")[0]!
      .replace(/ at line \d+, column \d+:?$/, "")
      // What follows is a part of the line, or the name of an alias: it may be a part of a password.
      .replace(/:( \S+)?$/, "");
    const where = `line ${error.linePos?.[0].line ?? 1}`;
    problems.push({ where, given: "what can't be read as YAML", expected, mend: "correct the YAML" });
  }
  if (document.directives?.yaml.explicit) {
    refuse(undefined, "a line %YAML", "none: its version would change what words mean", "remove it");
  }
  const targets = aliasTargets(document, (alias, expected) =>
    // What it is called may be a part of a password that begins so.
    refuse(
      alias,
      "an alias",
      expected.replace(` &${alias.source}`, " of its name"),
      "correct it, or write it in quotes",
    ),
  );
  const meant = (node: unknown) => targets.get(node) ?? node;
  visit(document, {
    Map: (_, map) => checkNames(map, meant, refuse),
    Value(_, node) {
      if (node.tag && node.tag !== "tag:yaml.org,2002:str") {
        refuse(node, "a tag", "a value without one", "remove it, or write the value in quotes");
      } else if (isScalar(node)) checkValue(node, refuse);
    },
  });

  let root: unknown;
  if (problems.length === 0) {
    try {
      root = document.toJS({ maxAliasCount: MOST_ALIASES }) ?? {};
    } catch {
      const expected = `aliases of one anchor that stand for no more than ${MOST_ALIASES} in all`;
      refuse(undefined, "more than that", expected, "write out what the aliases stand for");
    }
  }
  if (root !== undefined && !isMapping(root)) {
    refuse(undefined, "something else", "a mapping with the settings under config", "correct it");
  } else if (root !== undefined && !isMapping((root as { config?: unknown }).config ?? {})) {
    refuse(undefined, "config with something else below it", "a mapping of names, each with its value", "correct it");
  }
  if (problems.length > 0) throw new UserError(report(file, problems));
  return root as Record<string, unknown>;
}

/** An alias counts as many times as it is met by way of others: far more than a site has, far fewer than would fill the memory. */
const MOST_ALIASES = 10_000;

type Refuse = (node: unknown, given: string, expected: string, mend: string) => void;

const isMapping = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);

const isMerge = (key: unknown): key is Scalar => isScalar(key) && key.type === "PLAIN" && key.source === "<<";

function checkNames(map: YAMLMap, meant: (node: unknown) => unknown, refuse: Refuse): void {
  const merges = (map.items as Pair[]).filter(({ key }) => isMerge(key));
  if (merges.length > 1) refuse(merges[1]!.key, "a second <<", "one, of a list", "write <<: [*first, *second]");
  for (const { key, value } of merges) {
    const merged = meant(value);
    const sources = isSeq(merged) ? merged.items.map(meant) : [merged];
    if (!sources.every(isMap))
      refuse(key, "<< of something else", "a mapping to merge, or a list of them", "correct it");
  }
  for (const { key } of map.items) {
    const name = meant(key);
    if (isMerge(key)) continue;
    if (!isScalar(name) || typeof name.value !== "string") {
      const given = isScalar(name) ? `the name ${name.source || "nothing"}` : "a name that is no text";
      refuse(key, given, "a text", "correct it, or write it in quotes");
    } else if (name.value === "<<") {
      // Pulumi writes it without the quotes, and reads that.
      refuse(key, 'the name "<<" in quotes', "another name, or << without quotes to merge", "remove the quotes");
    }
  }
}

function checkValue(node: Scalar, refuse: Refuse): void {
  const { value, type, source = "" } = node;
  if (typeof value === "number" && (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER)) {
    const expected = `a number of ${Number.MAX_SAFE_INTEGER} at most, of which no figure is lost`;
    refuse(
      node,
      Number.isFinite(value) ? "a larger number" : "no finite number",
      expected,
      "correct it, or write it in quotes where a text is meant",
    );
  }
  // The CLI makes a time of it, which is another text.
  if (type === "PLAIN" && /^\d{4}-\d{1,2}-\d{1,2}(?:[Tt ].*)?$/.test(source)) {
    refuse(node, "a date", "a text", "write it in quotes");
  }
}

/** yaml.v3's numbers in place of the library's. */
const goTags = (tags: Tags): Tags => [
  ...tags.filter((tag) => typeof tag === "string" || !/:(int|float)$/.test(tag.tag)),
  number,
];

const number: ScalarTag = {
  tag: "tag:yaml.org,2002:int",
  default: true,
  test: /^[-+.0-9][-+.0-9A-Za-z_]*$/,
  resolve: (text) => goNumber(text) ?? text,
};

/** As yaml.v3's `resolve` does; undefined is a text. */
function goNumber(text: string): number | undefined {
  const special = /^([-+]?)\.(inf|Inf|INF)$/.exec(text);
  if (special) return special[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (/^\.(nan|NaN|NAN)$/.test(text)) return Number.NaN;
  const plain = text.startsWith(".") ? text : text.replaceAll("_", "");
  const [, sign, figures] = /^([-+]?)(.*)$/.exec(plain)!;
  const value = /^0[xob][0-9a-f]+$/i.test(figures!)
    ? Number(figures)
    : /^0[0-7]+$/.test(figures!)
      ? Number(`0o${figures}`)
      : /^(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(figures!)
        ? Number(figures)
        : Number.NaN;
  if (Number.isNaN(value)) return undefined;
  return sign === "-" && value !== 0 ? -value : value;
}
