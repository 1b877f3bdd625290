import { z } from "zod";
import { UserError } from "./errors.ts";
import { described } from "./setting.ts";

/** A size as MariaDB and Galera write it: `"512M"`. */
export type Size = `${number}${"K" | "M" | "G"}`;

const sizeText = 'expected a size with its unit, such as "512M" or "2G"';

/** Both the settings and the components check sizes by this. */
export const sizeSchema = described(
  "size",
  z.string(sizeText).regex(/^[1-9]\d{0,8}[KMG]$/, { error: sizeText, abort: true }),
) as unknown as z.ZodType<Size, Size>;

/** A size within limits, both included. */
export function sizeBetween(least: Size, most: Size): z.ZodType<Size, Size> {
  return sizeSchema.refine(
    (value) => bytes(value) >= bytes(least) && bytes(value) <= bytes(most),
    `expected a size, "${least}" to "${most}"`,
  );
}

const units = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

/** @throws {UserError} on what is no size: it would be written into a configuration as `NaN` */
export function bytes(size: Size): number {
  if (!sizeSchema.safeParse(size).success) {
    throw new UserError(
      `${JSON.stringify(size)} is no size; expected a number with its unit, such as "512M" or "2G": correct it.`,
    );
  }
  return Number(size.slice(0, -1)) * units[size.slice(-1) as keyof typeof units];
}

/** In whole MiB, rounded up. */
export const mebibytes = (amount: number): Size => `${Math.ceil(amount / units.M)}M`;
