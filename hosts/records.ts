/** What a script of ours printed on a host: lines of values between tabs, and `end` when it came to its end. */

/** The lines before the last `end`, each split at its tabs; undefined where there is none. */
export function records(output: string): string[][] | undefined {
  const lines = output.split("\n").map((line) => line.split("\t"));
  const end = lines.findLastIndex(([name, ...values]) => name === "end" && values.length === 0);
  return end < 0 ? undefined : lines.slice(0, end);
}

/**
 * The values of each line by its first word, after the line that begins with `head`: what a login prints before it is passed over.
 * Undefined when it is not whole.
 */
export function recordsAfter(head: string, output: string): Map<string, string[][]> | undefined {
  const all = records(output);
  const begin = all?.findLastIndex(([name]) => name === head) ?? -1;
  if (!all || begin < 0) return undefined;
  const rows = Map.groupBy(all.slice(begin + 1), ([name]) => name!);
  return new Map([...rows].map(([name, lines]) => [name, lines.map(([, ...values]) => values)]));
}
