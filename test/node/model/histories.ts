import fc from "fast-check";
import { type Fault, type History, kinds } from "./history.ts";
import type { Shape } from "./world.ts";

const three: Shape = { nodes: 3, arbitrator: false };
const five: Shape = { nodes: 5, arbitrator: false };
export const arbitrated: Shape = { nodes: 2, arbitrator: true };

/** Steps of a tenth of a second: the cluster stands after some ten seconds, and a few faults come before. */
const fault: fc.Arbitrary<Fault> = fc.record({
  kind: fc.constantFrom(...kinds),
  at: fc.integer({ min: 20, max: 400 }),
  // Some outlast the 20 s after which a node without quorum looks for a way out.
  lasts: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 1, max: 120 }) },
    { weight: 1, arbitrary: fc.integer({ min: 200, max: 350 }) },
  ),
  on: fc.nat({ max: 4 }),
  to: fc.nat({ max: 3 }),
});

/** Random histories, which become smaller by leaving out what does not matter. */
export const histories = (
  shape: fc.Arbitrary<Shape> = fc.constantFrom(three, three, five, arbitrated),
): fc.Arbitrary<History> =>
  fc.record({ shape, seed: fc.nat(), faults: fc.array(fault, { minLength: 1, maxLength: 6 }) });

export const told = ({ shape, seed, faults }: History): string =>
  [
    `${shape.nodes} nodes${shape.arbitrator ? " and an arbitrator" : ""}, seed ${seed}`,
    ...faults.map(
      ({ kind, at, lasts, on, to }) => `  ${kind} on ${on} (to ${to}) from ${at / 10} s for ${lasts / 10} s`,
    ),
  ].join("\n");
