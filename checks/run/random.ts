import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Numbers 0 ≤ n < 1 that the same seed gives again. */
export function randomOf(seed: number): () => number {
  const generator = xoroshiro128plus(seed);
  return () => uniformFloat64(generator);
}

/** A seed for the part of a run with that name: what one experiment draws does not depend on which ran before. */
export function seedOf(seed: number, name: string): number {
  return [...name].reduce((hash, letter) => (Math.imul(hash, 31) + letter.codePointAt(0)!) | 0, seed);
}
