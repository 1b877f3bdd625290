import { UserError } from "./errors.ts";

/** One thing that is wrong with what a user wrote, told so that it can be mended without looking anything up. */
export interface Problem {
  /** Where: a path into the settings (`hosts[2].address`), or file and line (`watched/dev.ini:12`). */
  where: string;
  /** What was given, in words: `"databse"`, `nothing`, `2 hosts (db1, db2)`. */
  given: string;
  /** What is expected: `one of database, discovery, time`. */
  expected: string;
  /** What to do about it. */
  mend: string;
}

/** A user's mistakes, all of them. */
export class ProblemsError extends UserError {
  readonly problems: readonly Problem[];

  constructor(title: string, problems: readonly Problem[]) {
    super(report(title, problems));
    this.problems = problems;
  }
}

/** All problems as one text, in the order given. */
export function report(title: string, problems: readonly Problem[]): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const items = problems.map(
    ({ where, given, expected, mend }) =>
      `  ${where}\n    given:    ${given}\n    expected: ${expected}\n    mend:     ${mend}`,
  );
  return [`${title}: ${count}`, ...items].join("\n\n");
}

const longest = 80;

/** A value as a user would have written it, cut where it would fill the screen. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  const text = asText(value);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

function asText(value: unknown): string {
  // JSON has no NaN and no infinity.
  if (typeof value === "number") return String(value);
  try {
    return JSON.stringify(value) ?? `a ${typeof value}`;
  } catch {
    // A resource leads to its parent, and back.
    return "what is no plain value";
  }
}

/** `["hosts", 2, "roles", 0]` is `hosts[2].roles[0]`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === "number" ? `[${part}]` : `${index === 0 ? "" : "."}${String(part)}`))
    .join("");
}

/** `a, b and c` */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
