import { deepEqual, isObject, type Props, type Value } from "../wire/values.ts";
import { isEmpty, same } from "./diff.ts";
import { type Fields, type Property, string } from "./schema.ts";

/**
 * The inputs that would have led to what is really there: each property that the user (or a default) had set takes its
 * observed value, and one that differs is no default any more. Properties that were never set stay out.
 */
export function observedInputs(fields: Fields, olds: Props, outputs: Props): Props {
  const inputs: Props = {};
  const stillDefault: string[] = [];
  const wasDefault = Array.isArray(olds.__defaults) ? olds.__defaults : [];
  for (const [key, old] of Object.entries(olds)) {
    if (key === "__defaults" || !(key in outputs)) continue;
    const field = fields[key] ?? string;
    inputs[key] = observed(field, old, outputs[key]!);
    if (wasDefault.includes(key) && same(field, old, inputs[key])) stillDefault.push(key);
  }
  return olds.__defaults === undefined ? inputs : { ...inputs, __defaults: stillDefault.sort() };
}

/** The inputs of an object that is to be imported: all that it has and that is neither empty nor the default. */
export function importedInputs(fields: Fields, outputs: Props): Props {
  const telling = Object.entries(outputs).filter(
    ([key, value]) => fields[key] && !isEmpty(value) && !deepEqual(value, fields[key].default),
  );
  return { ...Object.fromEntries(telling), __defaults: [] };
}

function observed(field: Property, old: Value, output: Value): Value {
  const { fields, type } = field;
  if (isObject(old) && isObject(output)) {
    if (fields) return observedInputs(fields, old, output);
    return Object.fromEntries(Object.keys(old).flatMap((key) => (key in output ? [[key, output[key]!]] : [])));
  }
  if (!fields || !Array.isArray(old) || !Array.isArray(output)) return same(field, old, output) ? old : output;
  const element: Property = { type: "object", fields };
  if (type === "list") return old.slice(0, output.length).map((item, index) => observed(element, item, output[index]!));
  // Each element takes its values from the observed element that resembles it most; one that nothing resembles is gone.
  const left = [...output];
  return old.flatMap((item) => {
    const best = left.toSorted((a, b) => likeness(item, b) - likeness(item, a))[0];
    if (best === undefined || likeness(item, best) === 0) return [];
    left.splice(left.indexOf(best), 1);
    return [observed(element, item, best)];
  });
}

/** How many properties of an element have the same value in another. */
const likeness = (a: Value, b: Value): number =>
  isObject(a) && isObject(b)
    ? Object.keys(a).filter((key) => deepEqual(a[key], b[key])).length
    : Number(deepEqual(a, b));
