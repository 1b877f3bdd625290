import type { Result } from "../../engine/engine.ts";

/** A command that changes an environment begins. */
export interface Begin {
  version: 1;
  kind: "begin";
  id: string;
  /** ISO 8601. */
  at: string;
  user: string;
  /** The machine on which the command runs. */
  machine: string;
  /** As it was typed, without `trivet`. */
  command: string;
  /** Of the clone; undefined where there is no git. */
  commit?: string;
}

/** How many resources each operation was done to, of an `up`. */
export type Changes = Result["changes"];

/** It is over. */
export interface End {
  version: 1;
  kind: "end";
  id: string;
  at: string;
  result: "done" | "failed" | "interrupted";
  changes?: Changes;
  /** Domains that were brought to the new settings, in that order, where they went one at a time. */
  domains?: string[];
  /** The first line of what went wrong. */
  error?: string;
}

export type Line = Begin | End;

/** One command, from its beginning to its end. */
export interface Entry {
  began: string;
  ended?: string;
  user: string;
  machine: string;
  command: string;
  commit?: string;
  /** `unfinished`: it runs still, or ended with its machine, so that nobody could write down how. */
  result: End["result"] | "unfinished";
  changes?: Changes;
  domains?: string[];
  error?: string;
}

/** The commands that the lines tell of, oldest first. */
export function entriesOf(lines: readonly Line[]): Entry[] {
  const ends = new Map(lines.flatMap((line) => (line.kind === "end" ? [[line.id, line] as const] : [])));
  return lines.flatMap((line): Entry[] => {
    if (line.kind !== "begin") return [];
    const { at, user, machine, command, commit } = line;
    const end = ends.get(line.id);
    return [
      {
        began: at,
        ...(end && { ended: end.at }),
        user,
        machine,
        command,
        ...(commit && { commit }),
        result: end?.result ?? "unfinished",
        ...(end?.changes && { changes: end.changes }),
        ...(end?.domains && { domains: end.domains }),
        ...(end?.error && { error: end.error }),
      },
    ];
  });
}
