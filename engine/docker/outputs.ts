import { isObject, type Props, type Value } from "../wire/values.ts";
import type { Fields, Property } from "./schema.ts";

/**
 * The outputs that only echo what is known (inputs at creation, earlier outputs later), in the form of the real
 * provider: every property is present, sets are sorted, missing parts have their type's empty value.
 */
export function echo(fields: Fields, known: Props): Props {
  return Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, complete(field, known[key] ?? null)]));
}

function complete(field: Property, value: Value): Value {
  if (value === null) return field.default ?? (field.fields && field.type !== "object" ? [] : null);
  const { fields } = field;
  if (!fields) return field.type === "set" ? sorted(value as Value[]) : value;
  if (isObject(value)) return completeFields(fields, value);
  const items = (value as Value[]).map((item) => (isObject(item) ? completeFields(fields, item) : item));
  return field.type === "set" ? sorted(items) : items;
}

const completeFields = (fields: Fields, value: Props): Props =>
  Object.fromEntries(
    Object.entries(fields).map(([key, field]) => {
      const given = value[key];
      return [key, given === undefined || given === null ? emptyPart(field) : complete(field, given)];
    }),
  );

/** Within an object an absent text is empty; at the top it is null. */
const emptyPart = (field: Property): Value =>
  field.default ?? (field.type === "string" ? "" : field.type === "list" || field.type === "set" ? [] : null);

const sorted = (items: Value[]): Value[] => [...items].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

/** Docker's label map as the pairs of the outputs. */
export const labelPairs = (labels: Record<string, string> | null | undefined): Value =>
  sorted(Object.entries(labels ?? {}).map(([label, value]) => ({ label, value })));

/** Docker's map, null when it is empty. */
export const mapOrNull = (map: Record<string, string> | null | undefined): Value =>
  map && Object.keys(map).length > 0 ? { ...map } : null;

/** Docker's list, null when it is empty. */
export const listOrNull = (items: string[] | null | undefined): Value => (items?.length ? sorted(items) : null);
