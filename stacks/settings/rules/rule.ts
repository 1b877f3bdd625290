import type { Problem } from "../../../core/problem.ts";
import type { Draft } from "../draft.ts";

/** Looks at settings as far as they are right; tells what does not fit together. Never throws. */
export type Rule = (draft: Draft) => Problem[];

/** The things that share a value with an earlier one, each with that earlier one. */
export function repeated<T>(things: readonly T[], value: (thing: T) => unknown): { thing: T; earlier: T }[] {
  const first = new Map<unknown, T>();
  const found: { thing: T; earlier: T }[] = [];
  for (const thing of things) {
    const key = value(thing);
    if (key === undefined) continue;
    const earlier = first.get(key);
    if (earlier) found.push({ thing, earlier });
    else first.set(key, thing);
  }
  return found;
}
