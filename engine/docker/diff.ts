import { parseDuration } from "../../core/goDuration.ts";
import type { Change } from "../plugin/serve.ts";
import { isObject, type Props, type Value } from "../wire/values.ts";
import type { Fields, Property } from "./schema.ts";

/** What a kind of resource says of its inputs. */
interface Kind {
  fields: Fields;
  /** Docker decides these where the user does not: taking one out of the program changes nothing. */
  computed: readonly string[];
}

/**
 * What changes when `news` take the place of `olds` (both inputs). Sets compare without regard to order, and what is
 * absent equals its empty value. `seen` are the outputs of the last run or refresh.
 */
export function diffInputs(kind: Kind, olds: Props, news: Props, seen: Props, ignored: string[]): Change[] {
  const changes: Change[] = [];
  for (const [property, field] of Object.entries(kind.fields)) {
    if (kind.computed.includes(property) && news[property] === undefined) continue;
    if (ignored.some((path) => path.split(/[.[]/)[0] === property)) continue;
    const before = olds[property];
    const after = news[property];
    const inInputs = !same(field, before, after);
    const drifted = field.observed && seen[property] !== undefined && !same(field, seen[property], after);
    if (!inInputs && !drifted) continue;
    const how = isEmpty(before) ? "add" : isEmpty(after) ? "delete" : "update";
    changes.push({ property, kind: how, replaces: !field.inPlace, inInputs });
  }
  return changes;
}

/** Whether two values of a property mean the same. */
export const same = (field: Property, a: Value | undefined, b: Value | undefined): boolean =>
  canonical(field, a) === canonical(field, b);

/** One text for all values that mean the same. */
function canonical(field: Property, value: Value | undefined): string {
  if (isEmpty(value)) return field.default && value === undefined ? canonical(field, field.default) : "";
  if (Array.isArray(value)) {
    const items = value.map((item) =>
      field.fields && isObject(item) ? canonicalObject(field.fields, item) : JSON.stringify(item),
    );
    return JSON.stringify(field.type === "set" ? items.sort() : items);
  }
  if (isObject(value)) return canonicalObject(field.fields ?? {}, value);
  if (field.duration && typeof value === "string") return String(parseDuration(value) ?? value);
  return JSON.stringify(value);
}

function canonicalObject(fields: Fields, value: Props): string {
  const entries = Object.entries(value)
    .filter(([key, item]) => key !== "__defaults" && !isEmpty(item))
    .map(([key, item]) => [key, canonical(fields[key] ?? { type: "string" }, item)]);
  return JSON.stringify(entries.sort(([a], [b]) => (a! < b! ? -1 : 1)));
}

export function isEmpty(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === "" || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).every((key) => key === "__defaults");
}
