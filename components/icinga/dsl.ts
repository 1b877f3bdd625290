import { UserError } from "../../core/errors.ts";

/**
 * Icinga's configuration language: text that a user gave becomes a string literal and nothing else. Control characters
 * are refused: no name or parameter has a use for them.
 */
export function quote(text: string): string {
  if (/\p{Cc}/u.test(text))
    // Without the text: it may be a password.
    throw new UserError("A text has a control character, which Icinga's configuration can't hold.");
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** As `quote`, for what Icinga expands before use: a `$` of the user's begins no macro. */
export const quoteVerbatim = (text: string): string => quote(text.replaceAll("$", "$$$$"));

/** A value of an attribute: text, a number, a boolean, a list of texts, or DSL as it is. */
export type Value = string | number | boolean | string[] | { dsl: string };

const literal = (value: Value, text: (value: string) => string): string => {
  if (typeof value === "string") return text(value);
  if (Array.isArray(value)) return value.length > 0 ? `[ ${value.map(text).join(", ")} ]` : "[ ]";
  return typeof value === "object" ? value.dsl : String(value);
};

/**
 * A definition such as `object Host "db1" { … }`; attributes without a value are left out. Icinga expands macros in custom
 * variables (`vars.…`), so text there is quoted verbatim.
 */
export function definition(
  kind: `object ${string}` | `template ${string}`,
  name: string,
  attributes: Record<string, Value | undefined>,
  imports: string[] = [],
): string {
  const lines = [
    ...imports.map((template) => `  import ${quote(template)}`),
    ...Object.entries(attributes)
      .filter((entry): entry is [string, Value] => entry[1] !== undefined)
      .map(([key, value]) => `  ${key} = ${literal(value, key.startsWith("vars.") ? quoteVerbatim : quote)}`),
  ];
  return `${kind} ${quote(name)} {${lines.length > 0 ? `\n${lines.join("\n")}\n` : " "}}\n`;
}
