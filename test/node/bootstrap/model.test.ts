import test from "ava";
import fc from "fast-check";
import * as rules from "../../../node/bootstrap/index.ts";
import { Galera, type Rules, type Step, steps } from "./galera.ts";

const step: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom(...steps),
  node: fc.nat(4),
  mask: fc.nat(31),
});
const history = fc.tuple(
  fc.constantFrom(2, 3, 3, 3, 5),
  fc.array(step, { minLength: 20, maxLength: 120, size: "max" }),
);

/** The shortest history found in which these rules come to harm. */
function harm(under: Rules, numRuns: number, seen: Record<string, number> = {}): string | undefined {
  const property = fc.property(history, ([size, done]) => {
    const galera = new Galera(under, size);
    try {
      galera.run(done);
    } finally {
      for (const [what, count] of Object.entries(galera.seen)) seen[what] = (seen[what] ?? 0) + count;
    }
  });
  const found = fc.check(property, { numRuns, seed: 18, endOnFailure: false });
  if (!found.failed) return undefined;
  const [size, done] = found.counterexample![0];
  const told = done.map(({ what, node, mask }) => `${what} ${node % size} ${mask}`).join(", ");
  return `${(found.errorInstance as Error).message}: ${size} nodes: ${told}`;
}

test("whatever happens, no cluster starts behind an acknowledged write that is there, or beside another one", (t) => {
  const seen: Record<string, number> = {};
  t.is(harm(rules, 4_000, seen), undefined);
  for (const what of [
    ...["created", "bootstrapped", "found together", "joined by what it missed", "joined by a full transfer"],
    ...["decided promote", "decided rejoin", "decided refuse", "plan of a person", "without some", "fork"],
  ]) {
    t.true(seen[what]! > 20, `${what}: ${seen[what]}`);
  }
});
