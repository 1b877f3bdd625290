import { z } from "zod";
import { type Order, parseOrder } from "../bootstrap/index.ts";
import { readText } from "./shapes.ts";

/** These files are of a few lines. What stands in the data directory is read in `bootstrap/files.ts`. */
const MOST = 64_000;

/** An order of a person's (`trivet recover`), or why it is none. */
export const readOrder = (bytes: Uint8Array): Order | { refused: string } =>
  parseOrder(readText(bytes, MOST) ?? "") ?? { refused: "it is not of the form that trivet recover writes" };

/** Percent from which the node warns and is full; how many bytes of a larger file system count, 0 for all. */
export interface Capacity {
  warning: number;
  full: number;
  counted: number;
}

/** `warning=`, `full=` and `counted=`, a line each; undefined when one is missing: the settings are not here yet. */
export function readCapacity(bytes: Uint8Array | undefined): Capacity | undefined {
  const text = bytes && readText(bytes, MOST);
  const of = (name: string) => Number(text?.match(new RegExp(`^${name}=(\\d{1,16})$`, "m"))?.[1]);
  const percent = z.int().min(1).max(100);
  const read = z
    .object({ warning: percent, full: percent, counted: z.int().nonnegative() })
    .safeParse({ warning: of("warning"), full: of("full"), counted: of("counted") });
  return read.data;
}
