import test from "ava";
import fc from "fast-check";
import { arbitrated, histories, told } from "./histories.ts";
import { play } from "./history.ts";
import { mutants } from "./mutants.ts";
import { Violation } from "./violation.ts";

/** As many as come about in this time; `npm run test:model` plays a hundred thousand. */
const BUDGET = 5_000;
/** Histories in which each mutant must be found. */
const TRIES = 1_500;
const SEED = 2_026;

test("no history of faults comes to two writers, a wrong eviction, a second cluster or a standstill", (t) => {
  let played = 0;
  const { counterexample, errorInstance } = fc.check(
    fc.property(histories(), (history) => {
      play(history);
      played += 1;
    }),
    { seed: SEED, numRuns: 1e9, interruptAfterTimeLimit: BUDGET },
  );
  if (counterexample) t.fail(`${(errorInstance as Error).message}\n${told(counterexample[0])}`);
  t.true(played > 10, `only ${played} histories`);
  t.log(`${played} histories`);
});

test("a history is told again by its seed and its faults", (t) => {
  const [history] = fc.sample(histories(), { numRuns: 1, seed: SEED });
  const once = play(history!);
  const again = play(history!);
  t.is(once.now, again.now);
  t.is(once.galera.acked, again.galera.acked);
  t.true(once.galera.acked > 0);
});

test("a supervisor that is killed after its report, and starts again, waits for the others all the same", (t) => {
  const fault = { lasts: 1, on: 0, to: 0 };
  play({
    shape: { nodes: 3, arbitrator: false },
    seed: 203153055,
    faults: [
      { ...fault, kind: "empty volume", at: 91 },
      { ...fault, kind: "kill database", at: 389 },
      { ...fault, kind: "kill supervisor", at: 393 },
    ],
  });
  t.pass();
});

for (const mutant of mutants) {
  test(`found: ${mutant.name}`, (t) => {
    const shape = mutant.arbitrator ? fc.constant(arbitrated) : undefined;
    for (const history of fc.sample(histories(shape), { numRuns: TRIES, seed: SEED })) {
      try {
        play(history, mutant.rules);
      } catch (error) {
        if (!(error instanceof Violation)) throw error;
        t.true(mutant.finds.includes(error.invariant), error.message);
        return;
      }
    }
    t.fail(`not in ${TRIES} histories`);
  });
}
