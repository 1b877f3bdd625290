/** A size as MariaDB and Galera write it: `"512M"`. */
export type Size = `${number}${"K" | "M" | "G"}`;

const units = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

export function bytes(size: string): number {
  return Number(size.slice(0, -1)) * units[size.slice(-1) as keyof typeof units];
}

/** In whole MiB, rounded up. */
export const mebibytes = (amount: number): Size => `${Math.ceil(amount / units.M)}M`;
