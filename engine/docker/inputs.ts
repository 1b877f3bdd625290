import type { Checked, Failure } from "../plugin/provider.ts";
import { isObject, isUnknown, type Props, type Value } from "../wire/values.ts";
import type { Fields, Property } from "./schema.ts";

/**
 * Validates inputs and fills in the defaults, naming them in a sorted `__defaults` at every level, as the real provider
 * does. `olds` are the inputs of the last run (empty for a new resource): a default once chosen is kept.
 */
export function checkInputs(fields: Fields, news: Props, olds: Props): Checked {
  const failures: Failure[] = [];
  return { inputs: checkObject(fields, news, olds, "", failures), failures };
}

function checkObject(fields: Fields, news: Props, olds: Props, path: string, failures: Failure[]): Props {
  const inputs: Props = {};
  for (const [key, value] of Object.entries(news)) {
    if (value === null || key === "__defaults") continue;
    const field = fields[key];
    if (!field) {
      const known = Object.keys(fields).join(", ");
      failures.push({
        property: path + key,
        reason: `"${path + key}" is no property of this resource. Known: ${known}.`,
      });
    } else if (field.refused) {
      failures.push({ property: path + key, reason: `"${path + key}" is not supported: ${field.refused}` });
    } else {
      inputs[key] = checkValue(field, value, olds[key] ?? null, path + key, failures);
    }
  }
  const defaults = Object.entries(fields).filter(([key, field]) => field.default && !(key in inputs));
  for (const [key, field] of defaults) inputs[key] = keptDefault(key, olds) ?? field.default!;
  for (const [key, field] of Object.entries(fields)) {
    if (field.required && !(key in inputs)) {
      failures.push({ property: path + key, reason: `"${path + key}" is required and was not given.` });
    }
  }
  return { ...inputs, __defaults: defaults.map(([key]) => key).sort() };
}

/** The value that an earlier run chose for a property which the user left out. */
export function keptDefault(key: string, olds: Props): Value | undefined {
  const chosen = olds.__defaults;
  return !Array.isArray(chosen) || chosen.includes(key) ? olds[key] : undefined;
}

function checkValue(field: Property, value: Value, old: Value, path: string, failures: Failure[]): Value {
  if (isUnknown(value)) return value;
  const coerced = coerce(field, value);
  if (coerced === undefined) {
    failures.push({ property: path, reason: `"${path}" is ${describe(value)}; expected ${article(field.type)}.` });
    return value;
  }
  const { fields } = field;
  if (!fields) return coerced;
  if (isObject(coerced)) return checkObject(fields, coerced, isObject(old) ? old : {}, `${path}.`, failures);
  return (coerced as Value[]).map((item, index) => {
    if (isUnknown(item)) return item;
    const place = `${path}[${index}]`;
    if (isObject(item)) return checkObject(fields, item, {}, `${place}.`, failures);
    failures.push({ property: place, reason: `"${place}" is ${describe(item)}; expected an object.` });
    return item;
  });
}

/** The value as the property's type, or undefined. Numbers and booleans may come as text, and the other way round. */
function coerce({ type }: Property, value: Value): Value | undefined {
  const scalar = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  switch (type) {
    case "string":
      return scalar ? String(value) : undefined;
    case "number": {
      const figure = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
      return typeof figure === "number" && Number.isFinite(figure) ? figure : undefined;
    }
    case "boolean":
      return value === "true" ? true : value === "false" ? false : typeof value === "boolean" ? value : undefined;
    case "list":
    case "set":
      return Array.isArray(value) ? value.filter((item) => item !== null) : undefined;
    case "map":
      return isObject(value)
        ? Object.fromEntries(
            Object.entries(value)
              .filter(([, item]) => item !== null)
              .map(([key, item]) => [key, typeof item === "object" ? item : String(item)]),
          )
        : undefined;
    case "object":
      return isObject(value) ? value : undefined;
  }
}

/** Names the kind of a value, never the value itself: it may be a secret. */
const describe = (value: Value): string =>
  value === null
    ? "null"
    : Array.isArray(value)
      ? "a list"
      : article(typeof value === "object" ? "object" : typeof value);

const article = (type: string): string => (type === "object" ? "an object" : type === "set" ? "a list" : `a ${type}`);

/** Inputs as the user gave them and the defaults filled in, without the notes on which is which. */
export function withoutDefaults(inputs: Props): Props {
  const strip = (value: Value): Value => {
    if (Array.isArray(value)) return value.map(strip);
    return isObject(value) ? withoutDefaults(value) : value;
  };
  return Object.fromEntries(
    Object.entries(inputs).flatMap(([key, value]) => (key === "__defaults" ? [] : [[key, strip(value)]])),
  );
}
