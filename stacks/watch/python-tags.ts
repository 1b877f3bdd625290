import type { ScalarTag, Tags } from "yaml";

/** A value that Ansible Vault has encrypted: Trivet has no key to it. */
export class Sealed {}

/** How PyYAML reads plain words, where that is not how the library's YAML 1.1 does: `y` is a text there, `1e3` as well. */
const words: ScalarTag[] = [
  scalar("bool", /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/, () => true),
  scalar("bool", /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/, () => false),
  scalar("int", /^[-+]?(?:0b[0-1_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+|[1-9][0-9_]*(?::[0-5]?[0-9])+)$/, whole),
  scalar(
    "float",
    /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
    fraction,
  ),
];

const replaced = ["bool", "int", "float", "timestamp"].map((name) => `tag:yaml.org,2002:${name}`);

/** Ansible's own tags: an unsafe text is a text. */
const own: ScalarTag[] = [
  ...["!vault", "!vault-encrypted"].map((tag) => ({ tag, resolve: () => new Sealed() })),
  { tag: "!unsafe", resolve: (text) => text },
];

/** The tags of a schema, with PyYAML's and Ansible's in place of those that differ. A date stays text. */
export const pythonTags = (tags: Tags): Tags => [
  ...tags.filter((tag) => typeof tag === "string" || !replaced.includes(tag.tag)),
  ...words,
  ...own,
];

function scalar(name: string, test: RegExp, resolve: (text: string) => unknown): ScalarTag {
  return { tag: `tag:yaml.org,2002:${name}`, default: true, test, resolve };
}

function whole(text: string): number | string {
  const [, sign, figures] = /^([-+]?)(.*)$/.exec(text.replaceAll("_", "")) as unknown as [string, string, string];
  const value = figures.includes(":")
    ? sexagesimal(figures)
    : Number(/^0[0-7]+$/.test(figures) ? `0o${figures.slice(1)}` : figures);
  // One that JavaScript can't hold stays text, figure by figure.
  if (!Number.isSafeInteger(value)) return text;
  return sign === "-" && value !== 0 ? -value : value;
}

function fraction(text: string): number {
  const plain = text.replaceAll("_", "").toLowerCase();
  if (plain.endsWith(".nan")) return Number.NaN;
  const negative = plain.startsWith("-");
  const figures = plain.replace(/^[-+]/, "");
  const value =
    figures === ".inf" ? Number.POSITIVE_INFINITY : figures.includes(":") ? sexagesimal(figures) : Number(figures);
  return negative ? -value : value;
}

/** `1:30:00` counts in sixties. */
const sexagesimal = (text: string) => text.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
