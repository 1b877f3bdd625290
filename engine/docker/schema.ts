import type { Value } from "../wire/values.ts";

/**
 * One input property. The tables of these (one per resource, beside its code) drive everything that is the same for all
 * resources: checks and defaults of inputs, which change replaces, and what an output is when nothing was asked for.
 */
export interface Property {
  type: "string" | "number" | "boolean" | "list" | "set" | "map" | "object";
  required?: true;
  /** Filled in when absent and then named in `__defaults`; `false` and 0 only show in the outputs. */
  default?: Value;
  /** A change is made on the existing object, or only noted; every other change replaces it. */
  inPlace?: true;
  /** Compared with what was last seen, too: a difference there is a change although the inputs are the same. */
  observed?: true;
  /** A text that means a time span: `60s` and `1m0s` are the same. */
  duration?: true;
  /** Properties of the object, or of each element. */
  fields?: Fields;
  /** The whole value is refused: why, and what to do. */
  refused?: string;
}

export type Fields = Record<string, Property>;

export const string: Property = { type: "string" };
export const duration: Property = { type: "string", duration: true };
export const number: Property = { type: "number" };
export const boolean: Property = { type: "boolean" };
export const list: Property = { type: "list" };
export const set: Property = { type: "set" };
export const map: Property = { type: "map" };

export const required = (property: Property): Property => ({ ...property, required: true });
export const inPlace = (property: Property): Property => ({ ...property, inPlace: true });
export const byDefault = (property: Property, value: Value): Property => ({ ...property, default: value });
export const refused = (property: Property, why: string): Property => ({ ...property, refused: why });
export const object = (fields: Fields): Property => ({ type: "object", fields });
export const setOf = (fields: Fields): Property => ({ type: "set", fields });

/** The labels of every resource: a set of pairs, as Terraform has no map with dots in its keys. */
export const labels = setOf({ label: required(string), value: required(string) });
