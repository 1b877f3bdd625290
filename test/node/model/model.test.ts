import test from "ava";
import fc from "fast-check";
import { beat, firstPulse, hear, noView, type Pulse } from "../../../node/supervisor/pulse.ts";
import { arbitrated, histories, told } from "./histories.ts";
import { play } from "./history.ts";
import { mutants } from "./mutants.ts";
import { Violation } from "./violation.ts";

/** Some 5 s of an idle core; `npm run test:model` plays a hundred thousand. */
const HISTORIES = 400;
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
    { seed: SEED, numRuns: HISTORIES },
  );
  if (counterexample) t.fail(`${(errorInstance as Error).message}\n${told(counterexample[0])}`);
  t.is(played, HISTORIES);
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

test("a database that hangs between two of its answers is found to hang all the same", (t) => {
  play({
    shape: { nodes: 5, arbitrator: false },
    seed: 944341186,
    faults: [
      { kind: "power", on: 2, to: 0, at: 148, lasts: 56 },
      { kind: "kill database", on: 3, to: 0, at: 183, lasts: 1 },
      { kind: "slow disk", on: 0, to: 0, at: 214, lasts: 53 },
      { kind: "kill database", on: 1, to: 0, at: 264, lasts: 1 },
    ],
  });
  let pulse: Pulse = { ...firstPulse, life: "answers", connected: true, opened: 0 };
  const { generation } = pulse;
  const beats = (now: number) => {
    const next = beat(pulse, now, { stalled: false, evicting: false });
    pulse = next.pulse;
    return next.requests.map(({ do: does }) => does);
  };
  t.deepEqual(beats(100), ["ping", "ask-state"]);
  const state = { member: "u1", view: noView, localState: 4, ready: true, readOnly: false };
  pulse = hear(pulse, { is: "state", generation, state }, 150);
  for (let now = 200; now <= 1_600; now += 100) t.false(beats(now).includes("probe"));
  t.true(beats(1_700).includes("probe"));
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
