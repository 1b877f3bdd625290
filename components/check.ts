import type { z } from "zod";
import { UserError } from "../core/errors.ts";
import { pathText } from "../core/problem.ts";
import { type ArgumentRule, argumentProblems, type SchemaProblem } from "../core/schema.ts";

/**
 * Refuses a component's arguments by the first thing that is wrong with them. The settings tell all of them, by the same schemas and
 * rules. `whose` is the component: `GaleraCluster "shop"`.
 * @throws {UserError} that names the argument by its path, what was given, what was expected, and what to do about it
 */
export function check<T extends object>(
  whose: string,
  schema: z.ZodType,
  args: T,
  rules: readonly ArgumentRule<NoInfer<T>>[] = [],
): void {
  refuse(whose, argumentProblems(schema, args, rules));
}

/** @throws {UserError} that tells the first problem, if there is one */
export function refuse(whose: string, [problem]: readonly SchemaProblem[]): void {
  if (!problem) return;
  const { path, expected, mend } = problem;
  const given = hides(path) && !["nothing", '""'].includes(problem.given) ? "a secret" : problem.given;
  throw new UserError(`${whose} has ${pathText(path)} ${given}; expected ${expected}: ${mend}.`);
}

/** Passwords, keys, and addresses that let in whoever knows them: what they are is never told. */
const hides = (path: readonly PropertyKey[]): boolean => /password$|key$|^url$/i.test(String(path.at(-1)));
