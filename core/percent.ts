import { z } from "zod";

/** A share of a whole: `"20%"`. */
export type Percent = `${number}%`;

export const percentSchema = z.custom<Percent>(
  (value) => typeof value === "string" && /^(100|\d{1,2})(\.\d+)?%$/.test(value),
  'expected a percentage, such as "20%"',
);

/** The figure alone: 20 of `"20%"`. */
export const percent = (share: Percent): number => Number.parseFloat(share);
