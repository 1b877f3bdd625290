import { type Counts, none } from "./counts.ts";

/** Where a part of a run prints: a line, or several that belong together. */
export type Print = (text: string) => void;

/** A part of a run. It prints by `print` alone, also what makes it fail. */
export type Part = (print: Print) => Promise<Counts>;

/**
 * Runs parts at the same time, and prints them as if they had run one after the other: the first one that is not over as it comes,
 * what the others have printed meanwhile when it is their turn. A part that rejects counts as one failed test; the others go on.
 */
export async function sideBySide(parts: readonly Part[], print: Print = console.log): Promise<Counts[]> {
  const held = parts.map((): string[] => []);
  const over = parts.map(() => false);
  let turn = 0;
  const end = (index: number) => {
    over[index] = true;
    while (over[turn]) {
      turn++;
      for (const text of held[turn] ?? []) print(text);
    }
  };
  return Promise.all(
    parts.map(async (part, index) => {
      const say: Print = (text) => (index === turn ? print(text) : held[index]!.push(text));
      try {
        return await part(say);
      } catch (error) {
        say(`  ✖ ${(error as Error).message}`);
        return { ...none, failed: 1 };
      } finally {
        end(index);
      }
    }),
  );
}
