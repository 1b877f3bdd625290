import { readFileSync } from "node:fs";
import type { Log } from "../ports.ts";

/** To Docker's log. */
export const log: Log = { say: (text) => process.stderr.write(`trivet: ${text}\n`) };

/** What whoever called asked for. */
export const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Aborted when the process is told to end. */
export function ending(): AbortSignal {
  const over = new AbortController();
  for (const name of ["SIGTERM", "SIGINT"] as const) process.once(name, () => over.abort());
  return over.signal;
}

/** At once, whatever is still under way: each request has its own limit, which nobody waits for. */
export const end = (code = 0): never => process.exit(code);

/** The arguments of the command line. @throws where it has others than so many */
export function given(count: number): string[] {
  const values = process.argv.slice(2);
  if (values.length !== count) throw new Error(`${values.length} arguments; expected ${count}`);
  return values;
}

/** All of the standard input. */
export const input = (): Uint8Array => readFileSync(0);

/** A file of our own. @throws where it is not there */
export const fileOf = (path: string): Uint8Array => readFileSync(path);
