import Table from "cli-table3";

/** A table for the terminal, with thin lines and without colours: it copies well. */
export function table(head: string[], rows: string[][]): string {
  const drawn = new Table({ head, style: { head: [], border: [], compact: true } });
  drawn.push(...rows);
  return drawn.toString();
}
