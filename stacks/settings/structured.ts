import { secretNames } from "./secrets.ts";

/**
 * A setting as Pulumi hands it to the program: lists and mappings come as JSON, and any other text is itself, since a password may
 * well look like a number or a list. What is no JSON is left to the schema: the parser's own words would show a part of it.
 */
export function structured(name: string, text: string): unknown {
  if (name in secretNames || !/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
