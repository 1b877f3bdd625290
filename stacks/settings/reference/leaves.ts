import { z } from "zod";
import { type SettingFacts, settingFacts } from "../../../core/setting.ts";

/** A setting that has a value of its own. */
export interface Leaf {
  /** `hosts[].address` */
  path: string;
  /** Without what says whether it must be given. */
  schema: z.core.$ZodType;
  /** Of a list of plain values: what each is. */
  element?: z.core.$ZodType;
  /** The default of the schema. */
  fallback?: unknown;
  needed: boolean;
  facts: SettingFacts;
}

/** All settings of a schema, in its order. */
export function leavesOf(schema: z.core.$ZodType, path = ""): Leaf[] {
  const found = opened(schema);
  const { inner } = found;
  if (inner instanceof z.ZodObject) {
    return Object.entries(inner.shape).flatMap(([name, part]) =>
      leavesOf(part as z.ZodType, path ? `${path}.${name}` : name),
    );
  }
  if (inner instanceof z.ZodArray) {
    const element = opened(inner.element);
    if (element.inner instanceof z.ZodObject) return leavesOf(inner.element, `${path}[]`);
    return [{ path, ...found, schema: inner, element: element.inner, facts: { ...element.facts, ...found.facts } }];
  }
  return [{ path, ...found, schema: inner }];
}

/** What is in a schema's wrappings, and what these say. */
export function opened(schema: z.core.$ZodType): Omit<Leaf, "path" | "schema"> & { inner: z.core.$ZodType } {
  const facts = settingFacts.get(schema) ?? {};
  const within = (inner: z.core.$ZodType) => {
    const found = opened(inner);
    return { ...found, facts: { ...found.facts, ...facts } };
  };
  if (schema instanceof z.ZodOptional) return { ...within(schema.def.innerType), needed: false };
  if (schema instanceof z.ZodDefault) {
    return { ...within(schema.def.innerType), needed: false, fallback: schema.def.defaultValue };
  }
  if (schema instanceof z.ZodPrefault) return { ...within(schema.def.innerType), needed: false };
  // What is made of the given, or of what was made of it.
  if (schema instanceof z.ZodPipe)
    return within(schema.def.out instanceof z.ZodTransform ? schema.def.in : schema.def.out);
  return { inner: schema, needed: true, facts };
}
