import { z } from "zod";
import { nearest } from "./nearest.ts";
import { passwordProblem } from "./password.ts";
import { type Problem, pathText, shown } from "./problem.ts";
import { described } from "./setting.ts";

/** A zod issue located in what the user wrote. */
export interface SchemaProblem extends Omit<Problem, "where"> {
  path: PropertyKey[];
}

const words: Record<string, string> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a mapping",
  record: "a mapping",
  tuple: "a list",
};

/** Checks a value against a schema and tells every mistake in Trivet's own words. */
export function schemaProblems(schema: z.ZodType, value: unknown): SchemaProblem[] {
  const { error } = schema.safeParse(value, { reportInput: true });
  return error ? error.issues.flatMap((issue) => problemsOf(issue, schema, value)) : [];
}

/** A check of several arguments against each other. */
export interface ArgumentRule<T> {
  /** Paths of the arguments that it looks at: where one of them is wrong by itself, the rule has nothing to say. */
  reads: readonly string[];
  problems(args: T): SchemaProblem[];
}

/** Every problem of some arguments: what is wrong with each by itself, and then what does not fit together. */
export function argumentProblems<T>(schema: z.ZodType, args: T, rules: readonly ArgumentRule<T>[]): SchemaProblem[] {
  const alone = schemaProblems(schema, args);
  const wrong = alone.map(({ path }) => pathText(path));
  const together = rules.filter(({ reads }) => !reads.some((path) => wrong.some((other) => touches(path, other))));
  return [...alone, ...together.flatMap((rule) => rule.problems(args))];
}

/** Whether two paths are the same, or one is within the other. */
export const touches = (one: string, other: string): boolean =>
  one === other || one === "" || other === "" || /^[.[]/.test(rest(one, other) ?? rest(other, one) ?? "");

const rest = (long: string, short: string) => (long.startsWith(short) ? long.slice(short.length) : undefined);

/** For a `pulumi.Input`: a plain value is checked; one that is known only later is left to the provider or a gate. */
export const input = (schema: z.ZodType): z.ZodType =>
  z.unknown().check((context) => {
    if (isLater(context.value)) return;
    const { error } = schema.safeParse(context.value, { reportInput: true });
    for (const issue of error?.issues ?? []) context.issues.push(issue as z.core.$ZodRawIssue);
  });

/** An output of Pulumi, or a promise. By their form: who reads settings need not load the SDK. */
const isLater = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  ((value as { __pulumiOutput?: unknown }).__pulumiOutput === true ||
    typeof (value as { then?: unknown }).then === "function");

/** For a password. */
export const secretInput: z.ZodType = input(
  z.string("expected a text that is not empty").check(({ value, issues }) => {
    const expected = passwordProblem(value);
    if (expected) issues.push({ code: "custom", input: value, message: `expected ${expected}` });
  }),
);

/** A whole number in a range, both ends included. */
export function count(least: number, most: number): z.ZodInt {
  const expected = `expected a whole number, ${least} to ${most}`;
  return described("count", z.int(expected).min(least, expected).max(most, expected));
}

/** Things of which each has another name. */
export const unique = <T extends z.ZodType>(schema: z.ZodArray<T>, key: (thing: z.output<T>) => unknown = (it) => it) =>
  schema.superRefine((things, context) => {
    for (const [index, thing] of things.entries()) {
      if (things.findIndex((other) => key(other) === key(thing)) === index) continue;
      const given = String(key(thing));
      context.addIssue({ code: "custom", path: [index], message: "expected each of them once", input: given });
    }
  });

function problemsOf(issue: z.core.$ZodIssue, schema: z.ZodType, value: unknown): SchemaProblem[] {
  const { path } = issue;
  const given = shown(issue.input);
  const correct = issue.input === undefined ? "add it" : "correct it";
  switch (issue.code) {
    case "unrecognized_keys": {
      const known = knownKeys(schema, path, value);
      return issue.keys.map((key) => ({
        path: [...path, key],
        given: `the unknown name "${key}"`,
        expected: choice(known),
        mend: suggestion(key, known) ?? "remove it",
      }));
    }
    case "invalid_key": // of a record
      return [
        { path, given: `the unknown name "${String(path.at(-1))}"`, ...fromValues(path.at(-1), keyValues(issue)) },
      ];
    case "invalid_value":
      return [{ path, given, ...fromValues(issue.input, issue.values.map(String)) }];
    case "invalid_union": {
      const options = "options" in issue ? (issue.options as unknown[]).map(String) : [];
      if (options.length === 0) return [{ path, given, expected: ownWords(issue) ?? issue.message, mend: correct }];
      const kind = (issue.input as Record<PropertyKey, unknown> | undefined)?.[path.at(-1)!];
      return [{ path, given: shown(kind), ...fromValues(kind, options) }];
    }
    case "invalid_type":
      return [{ path, given, expected: ownWords(issue) ?? words[issue.expected] ?? issue.expected, mend: correct }];
    case "too_small":
      return [
        { path, given, expected: ownWords(issue) ?? `at least ${amount(issue.origin, issue.minimum)}`, mend: correct },
      ];
    case "too_big":
      return [
        { path, given, expected: ownWords(issue) ?? `at most ${amount(issue.origin, issue.maximum)}`, mend: correct },
      ];
    default:
      return [{ path, given, expected: ownWords(issue) ?? issue.message, mend: correct }];
  }
}

/** A schema's own message, which by our convention says "expected …". */
const ownWords = ({ message }: { message: string }) => /^expected (.*)$/s.exec(message)?.[1];

const amount = (origin: string, limit: number | bigint) =>
  origin === "string" ? `${limit} characters` : origin === "array" ? `${limit} in the list` : String(limit);

const choice = (known: readonly string[]) => (known.length === 1 ? known[0]! : `one of ${known.join(", ")}`);

function suggestion(given: unknown, known: readonly string[]): string | undefined {
  const meant = typeof given === "string" ? nearest(given, known) : undefined;
  return meant && `write "${meant}"`;
}

const fromValues = (given: unknown, known: readonly string[]) => ({
  expected: choice(known),
  mend: suggestion(given, known) ?? (given === undefined ? "add it" : "correct it"),
});

function keyValues(issue: z.core.$ZodIssueInvalidElement | z.core.$ZodIssueInvalidKey): string[] {
  return issue.issues.flatMap((inner) => (inner.code === "invalid_value" ? inner.values.map(String) : []));
}

/** The names that the object at `path` may have. */
function knownKeys(schema: z.core.$ZodType, path: readonly PropertyKey[], value: unknown): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return knownKeys(schema.def.innerType, path, value);
  }
  if (schema instanceof z.ZodPipe) {
    // What is made of the given by itself has no names to tell.
    const { in: before, out: after } = schema.def;
    return knownKeys(after instanceof z.ZodTransform ? before : after, path, value);
  }
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const { discriminator } = schema.def;
    const kind = (value as Record<string, unknown>)[discriminator];
    const option = schema.options.find((each) => (each as z.ZodObject).shape[discriminator].safeParse(kind).success);
    return option ? knownKeys(option, path, value) : [];
  }
  const [head, ...rest] = path;
  if (head === undefined) return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  const child = (value as Record<PropertyKey, unknown>)[head];
  if (schema instanceof z.ZodObject) return knownKeys(schema.shape[head as string], rest, child);
  if (schema instanceof z.ZodArray) return knownKeys(schema.element, rest, child);
  return [];
}

/** The parts of a value that are right by themselves: other checks can go on with them. Wrong ones are undefined. */
export type Sound<T> = T extends readonly (infer E)[]
  ? (Sound<E> | undefined)[]
  : T extends object
    ? { [K in keyof T]?: Sound<T[K]> }
    : T;

export function sound<S extends z.core.$ZodType>(schema: S, value: unknown): Sound<z.output<S>> | undefined {
  return soundPart(schema, value) as Sound<z.output<S>> | undefined;
}

function soundPart(schema: z.core.$ZodType, value: unknown): unknown {
  const parsed = z.safeParse(schema, value);
  if (parsed.success) return parsed.data;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return soundPart(schema.def.innerType, value);
  }
  if (schema instanceof z.ZodArray) {
    return Array.isArray(value) ? value.map((element) => soundPart(schema.element, element)) : undefined;
  }
  if (schema instanceof z.ZodObject && typeof value === "object" && value !== null && !Array.isArray(value)) {
    const parts = Object.entries(schema.shape).map(([key, part]) => [key, soundPart(part, (value as never)[key])]);
    return Object.fromEntries(parts);
  }
  return undefined;
}
