import { z } from "zod";
import { isAddress, isNodeName, isUuid } from "../bootstrap/index.ts";

/**
 * What others write is read here and nowhere else: by the whole of its form, and of no more than a size. What is of another form is left out,
 * and told (docs/decisions/0026).
 */

export const uuid = z.string().refine(isUuid);

export const nodeName = z.string().refine(isNodeName);

export const address = z.string().refine(isAddress);

export const small = z
  .string()
  .regex(/^\d{1,4}$/)
  .transform(Number);

/** Bytes that are text, up to so many; undefined for all else. Half a character or a stray byte makes it none. */
export function readText(bytes: Uint8Array, most: number): string | undefined {
  if (bytes.length > most) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** JSON of that size; undefined for all else. */
export function readJson(bytes: Uint8Array, most: number): unknown {
  const text = readText(bytes, most);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Foreign text in a log: quoted, one line, short. */
export function shown(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
