const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });

/** `12,345` */
export const count = (n: number): string => grouped.format(n);

/** `850 ms`, `3.2 s`, `2 min 5 s` */
export function duration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** `2026-11-21 12:30:05 UTC` from ISO 8601 or ms since 1970 */
export const moment = (time: string | number): string =>
  new Date(time).toISOString().replace("T", " ").replace(/\..*/, " UTC");

/** With the full stop that it may lack. */
export const sentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`);
